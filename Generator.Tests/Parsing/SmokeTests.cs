// tmp
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Parsing;

public class SmokeTests
{
    [Fact]
    public void A_declaration_compiles_and_loads()
    {
        using LoadedNetworks networks = NetworkHarness.Load("[Network(Inputs = 8, Timesteps = 64)] [Lstm(64)] [Dense(1)] public partial class Forecaster;");
        Assert.NotNull(networks["Forecaster"]);
    }

    [Fact]
    public void Not_partial()
    {
        Marked.CheckBesideCompiler("[Network(Inputs = 8, Timesteps = 64)] [Lstm(64)] [Dense(1)] public class {|SEQ0001:Forecaster|};");
    }
}
