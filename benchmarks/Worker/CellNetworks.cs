// Networks of cells that a user wrote (samples/Cells), at the sizes of A6, A4 and A5.
// Knows declarations alone; the cells are the sample's, and what stands beside them is in peers/cells.cpp.
using Cells;

namespace SeqGen.Benchmarks;

[Network(Inputs = 8, Timesteps = Sizes.Sequence, TimeMajor = true), LiGru(32), Dense(1)]
public sealed partial class LiGru32;

[Network(Inputs = 40, Timesteps = Sizes.Sequence, TimeMajor = true), LiGru(128), Dense(12)]
public sealed partial class LiGru128;

[Network(Inputs = 64, Timesteps = Sizes.Sequence, TimeMajor = true), LiGru(256), Dense(10)]
public sealed partial class LiGru256;

[Network(Inputs = 8, Timesteps = Sizes.Sequence, TimeMajor = true), MinGru(32), Dense(1)]
public sealed partial class MinGru32;

[Network(Inputs = 40, Timesteps = Sizes.Sequence, TimeMajor = true), MinGru(128), Dense(12)]
public sealed partial class MinGru128;

[Network(Inputs = 64, Timesteps = Sizes.Sequence, TimeMajor = true), MinGru(256), Dense(10)]
public sealed partial class MinGru256;

[Network(Inputs = 8, Timesteps = Sizes.Sequence, TimeMajor = true), IndRnn(32), Dense(1)]
public sealed partial class IndRnn32;

[Network(Inputs = 40, Timesteps = Sizes.Sequence, TimeMajor = true), IndRnn(128), Dense(12)]
public sealed partial class IndRnn128;

[Network(Inputs = 64, Timesteps = Sizes.Sequence, TimeMajor = true), IndRnn(256), Dense(10)]
public sealed partial class IndRnn256;

[Network(Inputs = 40, Timesteps = Sizes.Sequence, TimeMajor = true), Mgu(128), Dense(12)]
public sealed partial class Mgu128;

[Network(Inputs = 40, Timesteps = Sizes.Sequence, TimeMajor = true), Janet(128), Dense(12)]
public sealed partial class Janet128;

// A3, A4, A6 and the training workloads with our own layers written again as users' cells (Generator.Tests/Generated/BuiltInCells.txt).

[Network(Inputs = 8, Timesteps = Sizes.Sequence, TimeMajor = true), Mine.Lstm(64), Mine.Gru(32), Dense(1)]
public sealed partial class OwnA3;

[Network(Inputs = 40, Timesteps = Sizes.Sequence, TimeMajor = true), Mine.Lstm(128), Dense(12)]
public sealed partial class OwnA4;

[Network(Inputs = 8, Timesteps = Sizes.Sequence, TimeMajor = true), Mine.Rnn(32), Dense(1)]
public sealed partial class OwnA6;

[Network(Inputs = 8, Timesteps = Sizes.Training, TimeMajor = true), Mine.Lstm(64), Mine.Gru(32, Returns = Returns.Last), Dense(1), MeanSquaredError]
public sealed partial class OwnC1;

[Network(Inputs = 40, Timesteps = Sizes.Training, TimeMajor = true), Mine.Lstm(128, Returns = Returns.Last), Dense(12), MeanSquaredError]
public sealed partial class OwnC2;

[Network(Inputs = 32, Timesteps = Sizes.Training, TimeMajor = true), Mine.Gru(256), Mine.Gru(256, Returns = Returns.Last), Dense(10), MeanSquaredError]
public sealed partial class OwnC3;
