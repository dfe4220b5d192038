// How an evaluation in float may round, against float's own neighbours.
using System;
using System.Linq;
using Xunit;

namespace SeqGen.Generator.Tests.Interpreter;

public class RoundingTests
{
    [Fact]
    public void What_float_has_is_left_as_it_is()
    {
        Func<double, double> scattered = Rounding.UpOrDown(1);
        foreach (double value in new[] { 0, 1, -0.5, 3, 1e30f, double.PositiveInfinity, double.NaN, double.MaxValue })
        {
            Assert.Equal(Rounding.ToNearest(value), scattered(value));
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(-0.1)]
    [InlineData(1e-40)]
    public void Anything_else_becomes_one_of_its_neighbours_and_each_of_them_at_some_time(double value)
    {
        Func<double, double> scattered = Rounding.UpOrDown(1);
        double[] drawn = [.. Enumerable.Range(0, 50).Select(_ => scattered(value)).Distinct().Order()];
        Assert.Equal(2, drawn.Length);
        Assert.Equal(MathF.BitIncrement((float)drawn[0]), drawn[1]);
        Assert.InRange(value, drawn[0], drawn[1]);
        Assert.Contains(Rounding.ToNearest(value), drawn);
    }
}
