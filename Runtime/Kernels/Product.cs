// Knows: a product of matrices as tiles see it, and how its rows are divided.
// Refuses to know: the insides of a tile, and which product it is.

using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>A stretch of the inner dimension: N inputs of each row, and the N pairs of vectors that they are multiplied by.</summary>
internal unsafe struct Stretch
{
    /// <summary>The first row's first input, and the first pair's first vector.</summary>
    public float* A, B;

    /// <summary>Distances in floats: of A's rows and inputs, of B's pairs, of the vectors of a pair.</summary>
    public nint ARow, AStep, BStep, BNext;

    /// <summary>The length.</summary>
    public nint N;

    /// <summary>Sets all fields, one by one: a copy of a whole struct would wait until its fields have left the store buffer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(Stretch* at, float* a, nint aRow, nint aStep, float* b, nint bStep, nint bNext, nint n)
    {
        at->A = a;
        at->ARow = aRow;
        at->AStep = aStep;
        at->B = b;
        at->BStep = bStep;
        at->BNext = bNext;
        at->N = n;
    }
}

/// <summary>C = init + the sum of A B over some stretches, for any number of rows and one or two vectors; distances in floats.</summary>
internal unsafe struct Product
{
    /// <summary>The stretches, in the order of summation.</summary>
    public Stretch* Stretches;

    /// <summary>How many there are.</summary>
    public nint Count;

    /// <summary>The first row's first vector of the result, and of what the sums start from; the two may be one.</summary>
    public float* C, Init;

    /// <summary>Distances of rows, and of the second vector.</summary>
    public nint CRow, CNext, InitRow, InitNext;
}

/// <summary>Divides the rows of a product into tiles.</summary>
internal static unsafe class Products<T>
    where T : unmanaged, IVec<T>
{
    // Accumulators, the pair and the input must fit the registers: 32 at 512 bits, else 16.
    private static int MostRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => T.Count == 16 ? 12 : 6;
    }

    /// <summary>All rows, two vectors. The tiles are as equal as can be: one of few rows would wait for its own sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pair(Product* product, int rows)
    {
        int tiles = (rows + MostRows - 1) / MostRows, least = tiles > 1 ? rows / tiles : rows, more = rows - (tiles * least);
        for (int first = 0, count; first < rows; first += count)
        {
            count = more-- > 0 ? least + 1 : least;
            switch (count)
            {
                case 1:
                    Tile<T>.Run<Rows1>(product, first);
                    break;
                case 2:
                    Tile<T>.Run<Rows2>(product, first);
                    break;
                case 3:
                    Tile<T>.Run<Rows3>(product, first);
                    break;
                case 4:
                    Tile<T>.Run<Rows4>(product, first);
                    break;
                case 5:
                    Tile<T>.Run<Rows5>(product, first);
                    break;
                case 6:
                    Tile<T>.Run<Rows6>(product, first);
                    break;
                case 7:
                    Tile<T>.Run<Rows7>(product, first);
                    break;
                case 8:
                    Tile<T>.Run<Rows8>(product, first);
                    break;
                case 9:
                    Tile<T>.Run<Rows9>(product, first);
                    break;
                case 10:
                    Tile<T>.Run<Rows10>(product, first);
                    break;
                case 11:
                    Tile<T>.Run<Rows11>(product, first);
                    break;
                default:
                    Tile<T>.Run<Rows12>(product, first);
                    break;
            }
        }
    }

    /// <summary>All rows, one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Single(Product* product, int rows)
    {
        int tiles = (rows + MostRows - 1) / MostRows, least = tiles > 1 ? rows / tiles : rows, more = rows - (tiles * least);
        for (int first = 0, count; first < rows; first += count)
        {
            count = more-- > 0 ? least + 1 : least;
            switch (count)
            {
                case 1:
                    Tile<T>.Run<Single<Rows1>>(product, first);
                    break;
                case 2:
                    Tile<T>.Run<Single<Rows2>>(product, first);
                    break;
                case 3:
                    Tile<T>.Run<Single<Rows3>>(product, first);
                    break;
                case 4:
                    Tile<T>.Run<Single<Rows4>>(product, first);
                    break;
                case 5:
                    Tile<T>.Run<Single<Rows5>>(product, first);
                    break;
                case 6:
                    Tile<T>.Run<Single<Rows6>>(product, first);
                    break;
                case 7:
                    Tile<T>.Run<Single<Rows7>>(product, first);
                    break;
                case 8:
                    Tile<T>.Run<Single<Rows8>>(product, first);
                    break;
                case 9:
                    Tile<T>.Run<Single<Rows9>>(product, first);
                    break;
                case 10:
                    Tile<T>.Run<Single<Rows10>>(product, first);
                    break;
                case 11:
                    Tile<T>.Run<Single<Rows11>>(product, first);
                    break;
                default:
                    Tile<T>.Run<Single<Rows12>>(product, first);
                    break;
            }
        }
    }
}
