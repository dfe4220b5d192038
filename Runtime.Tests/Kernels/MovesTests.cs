// Moves of parts of rows: what is copied, and that nothing else is written.
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Tests.Kernels;

/// <summary>Columns, Stretch and Fill at any alignment and width.</summary>
public sealed class MovesTests
{
    [Fact]
    public void OnlyWhatIsAskedForIsWritten()
    {
        foreach (var width in new[] { 1, 3, 4, 5, 16, 17, 33, 64, 65, 100 })
        {
            foreach (var rows in new[] { 0, 1, 3 })
            {
                foreach (var (from, to) in new[] { (0, 0), (3, 5), (16, 1) })
                {
                    int row = Data.Padded(width) + 32, toRow = row + 16;
                    var x = Data.Random((rows * row) + row, 1);
                    ref var source = ref System.Runtime.CompilerServices.Unsafe.Add(ref x.Origin, from);
                    var y = Data.Filled((rows * toRow) + 16, Data.Sentinel);
                    ref var target = ref System.Runtime.CompilerServices.Unsafe.Add(ref y.Origin, to);
                    Moves.Rows(ref source, row, ref target, toRow, rows, width);
                    for (var at = 0; at < y.Length; at++)
                    {
                        int r = at / toRow, i = (at % toRow) - to;
                        Assert.Equal(r < rows && i >= 0 && i < width ? x.Span[from + (r * row) + i] : Data.Sentinel, y.Span[at]);
                    }
                }
            }
        }
    }
}
