// The same network with five kinds of cells: to remember one of four symbols, and to forecast a series.
using SeqGen;

namespace Memories;

[Network(Inputs = Recall.Inputs, Timesteps = Recall.Longest)]
[Rnn(Recall.Units, Activation = Activation.Sigmoid, Returns = Returns.Last)]
[Dense(Recall.Symbols)]
[SoftmaxCrossEntropy]
public partial class SigmoidRecall;

[Network(Inputs = Recall.Inputs, Timesteps = Recall.Longest)]
[Rnn(Recall.Units, Returns = Returns.Last)]
[Dense(Recall.Symbols)]
[SoftmaxCrossEntropy]
public partial class TanhRecall;

[Network(Inputs = Recall.Inputs, Timesteps = Recall.Longest)]
[Rnn(Recall.Units, Activation = Activation.Relu, Returns = Returns.Last)]
[Dense(Recall.Symbols)]
[SoftmaxCrossEntropy]
public partial class ReluRecall;

[Network(Inputs = Recall.Inputs, Timesteps = Recall.Longest)]
[Lstm(Recall.Units, ForgetBias = 0, Returns = Returns.Last)]
[Dense(Recall.Symbols)]
[SoftmaxCrossEntropy]
public partial class ForgetfulRecall;

[Network(Inputs = Recall.Inputs, Timesteps = Recall.Longest)]
[Lstm(Recall.Units, ForgetBias = 3, Returns = Returns.Last)]
[Dense(Recall.Symbols)]
[SoftmaxCrossEntropy]
public partial class LstmRecall;

[Network(Inputs = Recall.Inputs, Timesteps = Recall.Longest)]
[Gru(Recall.Units, Returns = Returns.Last)]
[Dense(Recall.Symbols)]
[SoftmaxCrossEntropy]
public partial class GruRecall;

[Network(Inputs = 1, Timesteps = Months.Window, NormalizeInputs = true)]
[Rnn(16)]
[Dense(1)]
[MeanSquaredError]
public partial class TanhMonths;

[Network(Inputs = 1, Timesteps = Months.Window, NormalizeInputs = true)]
[Rnn(16, Activation = Activation.Relu)]
[Dense(1)]
[MeanSquaredError]
public partial class ReluMonths;

[Network(Inputs = 1, Timesteps = Months.Window, NormalizeInputs = true)]
[Lstm(16)]
[Dense(1)]
[MeanSquaredError]
public partial class LstmMonths;

[Network(Inputs = 1, Timesteps = Months.Window, NormalizeInputs = true)]
[Gru(16)]
[Dense(1)]
[MeanSquaredError]
public partial class GruMonths;
