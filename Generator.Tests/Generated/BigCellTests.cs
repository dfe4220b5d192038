// Cells so big that their loops are cut: the numbers stay what they are.
// Knows the interpreter; refuses to know where the cuts are.
using System;
using SeqGen.Generator.Model;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public class BigCellTests
{
    private static readonly Lazy<Type[]> _networks = new(() => Variants.Load(BigCells.Usual, BigCells.Names));

    public static TheoryData<string> Names => new(BigCells.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_big_cell_gives_what_the_interpreter_gives(string name)
    {
        INetwork network = Variants.Create(_networks.Value[Array.IndexOf(BigCells.Names, name)], seed: 7);
        NetworkSpec spec = Oracle.Spec(BigCells.Run, name);
        var oracle = new Oracle(() => BigCells.Lower(spec));
        Equivalence.CheckTraining(oracle, network);
        Equivalence.CheckInference(oracle, network);
    }
}
