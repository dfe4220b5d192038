// The networks of the workloads, declared as a user declares them.
// Knows shapes alone; what is done with them, and by whom, is said elsewhere.
namespace SeqGen.Benchmarks;

// The output at every step, and whole sequences in the order that every peer has: [time, batch, features].

[Network(Inputs = 1, Timesteps = Sizes.Sequence, TimeMajor = true)]
[Lstm(20)]
[Dense(1)]
public sealed partial class A1;

[Network(Inputs = 1, Timesteps = Sizes.Sequence, TimeMajor = true)]
[Gru(8)]
[Dense(1)]
public sealed partial class A2;

[Network(Inputs = 8, Timesteps = Sizes.Sequence, TimeMajor = true)]
[Lstm(64)]
[Gru(32)]
[Dense(1)]
public sealed partial class A3;

[Network(Inputs = 40, Timesteps = Sizes.Sequence, TimeMajor = true)]
[Lstm(128)]
[Dense(12)]
public sealed partial class A4;

[Network(Inputs = 64, Timesteps = Sizes.Sequence, TimeMajor = true)]
[Lstm(256)]
[Dense(10)]
public sealed partial class A5;

[Network(Inputs = 8, Timesteps = Sizes.Sequence, TimeMajor = true)]
[Rnn(32)]
[Dense(1)]
public sealed partial class A6;

// One output a sequence.

[Network(Inputs = 8, Timesteps = Sizes.Training, TimeMajor = true)]
[Lstm(64)]
[Gru(32, Returns = Returns.Last)]
[Dense(1)]
[MeanSquaredError]
public sealed partial class C1;

[Network(Inputs = 40, Timesteps = Sizes.Training, TimeMajor = true)]
[Lstm(128, Returns = Returns.Last)]
[Dense(12)]
[MeanSquaredError]
public sealed partial class C2;

[Network(Inputs = 32, Timesteps = Sizes.Training, TimeMajor = true)]
[Gru(256)]
[Gru(256, Returns = Returns.Last)]
[Dense(10)]
[MeanSquaredError]
public sealed partial class C3;

[Network(Inputs = 8, Timesteps = Sizes.Sequence)]
[Gru(8, Returns = Returns.Last)]
[Dense(1)]
[MeanSquaredError]
public sealed partial class Disk;
