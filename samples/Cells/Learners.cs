// Networks of the twelve cells for the adding problem (Hochreiter and Schmidhuber 1997): a number and a mark at every step; the sum of the two marked numbers is asked for at the end.
// GRU-D is told besides that everything is there and when it was seen last, phased LSTM the time of the step.
using SeqGen;

namespace Cells;

[Network(Inputs = 2, Timesteps = AddingProblem.Steps)]
[Mgu(32, Returns = Returns.Last)]
[Dense(1)]
[MeanSquaredError]
public partial class MguNet;

[Network(Inputs = 2, Timesteps = AddingProblem.Steps)]
[LiGru(32, Normalized = true, Returns = Returns.Last)]
[Dense(1)]
[MeanSquaredError]
public partial class LiGruNet;

[Network(Inputs = 2, Timesteps = AddingProblem.Steps)]
[MinGru(32)]
[MinGru(32, Returns = Returns.Last)]
[Dense(1)]
[MeanSquaredError]
public partial class MinGruNet;

[Network(Inputs = 2, Timesteps = AddingProblem.Steps)]
[MinLstm(32)]
[MinLstm(32, Returns = Returns.Last)]
[Dense(1)]
[MeanSquaredError]
public partial class MinLstmNet;

[Network(Inputs = 2, Timesteps = AddingProblem.Steps)]
[IndRnn(32)]
[IndRnn(32, Returns = Returns.Last)]
[Dense(1)]
[MeanSquaredError]
public partial class IndRnnNet;

[Network(Inputs = 2, Timesteps = AddingProblem.Steps)]
[Janet(32, Returns = Returns.Last)]
[Dense(1)]
[MeanSquaredError]
public partial class JanetNet;

[Network(Inputs = 2, Timesteps = AddingProblem.Steps)]
[Sru(32)]
[Sru(32, Returns = Returns.Last)]
[Dense(1)]
[MeanSquaredError]
public partial class SruNet;

[Network(Inputs = 2, Timesteps = AddingProblem.Steps)]
[Tdnn(16, 2)]
[Qrnn(32)]
[Qrnn(32, Returns = Returns.Last)]
[Dense(1)]
[MeanSquaredError]
public partial class QrnnNet;

[Network(Inputs = 6, Timesteps = AddingProblem.Steps)]
[GruD(32, 2, Returns = Returns.Last)]
[Dense(1)]
[MeanSquaredError]
public partial class GruDNet;

[Network(Inputs = 3, Timesteps = AddingProblem.Steps)]
[PhasedLstm(32, Open = 0.5, Returns = Returns.Last)]
[Dense(1)]
[MeanSquaredError]
public partial class PhasedLstmNet;

[Network(Inputs = 2, Timesteps = AddingProblem.Steps)]
[FastWeights(32, Returns = Returns.Last)]
[Dense(1)]
[MeanSquaredError]
public partial class FastWeightsNet;

[Network(Inputs = 2, Timesteps = AddingProblem.Steps)]
[Antisymmetric(32, StepSize = 0.3, Returns = Returns.Last)]
[Dense(1)]
[MeanSquaredError]
public partial class AntisymmetricNet;

// The losses and activations of the folder Functions.
[Network(Inputs = 2, Timesteps = AddingProblem.Steps, NormalizeTargets = true)]
[Mgu(32, Returns = Returns.Last)]
[Dense(16, CustomActivation = typeof(MishAttribute))]
[Swish(Beta = 1.5)]
[Head("sum")]
[Dense(1)]
[LogCosh]
[Head("above")]
[Dense(2)]
[Focal(Gamma = 1.5)]
public partial class FunctionsNet;
