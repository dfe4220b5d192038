// The golden cases with the smallest loops that there can be: whatever a cut hands on through memory must arrive.
// Knows the limit; refuses to know where the cuts are.
using SeqGen.Generator.Tests.Goldens;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

[Trait("Category", "Golden")]
public class GoldenSplitTests
{
    [Theory]
    [MemberData(nameof(GoldenGeneratedTests.DeclarableCases), MemberType = typeof(GoldenGeneratedTests))]
    public void Loops_cut_to_single_operations_give_the_reference_results(string name)
    {
        GoldenCase golden = GoldenNetworks.Load(name);
        GoldenGeneratedTests.Check(golden, () => GoldenNetworks.CreateCut(name, golden));
    }
}
