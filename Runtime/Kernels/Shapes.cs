// Knows: how many rows and vectors a tile has, as constants of a type.
// Refuses to know: what a tile computes.

namespace SeqGen.Kernels.V1;

/// <summary>How many rows and vectors a tile has; the rest of its body compiles to nothing.</summary>
internal interface IShape
{
    /// <summary>Rows of accumulators, at most twelve.</summary>
    static abstract int Rows { get; }

    /// <summary>Vectors in a row, one or two.</summary>
    static abstract int Vectors { get; }
}

/// <summary>One by two.</summary>
internal readonly struct Rows1 : IShape
{
    public static int Rows => 1;

    public static int Vectors => 2;
}

/// <summary>Two by two.</summary>
internal readonly struct Rows2 : IShape
{
    public static int Rows => 2;

    public static int Vectors => 2;
}

/// <summary>Three by two.</summary>
internal readonly struct Rows3 : IShape
{
    public static int Rows => 3;

    public static int Vectors => 2;
}

/// <summary>Four by two.</summary>
internal readonly struct Rows4 : IShape
{
    public static int Rows => 4;

    public static int Vectors => 2;
}

/// <summary>Five by two.</summary>
internal readonly struct Rows5 : IShape
{
    public static int Rows => 5;

    public static int Vectors => 2;
}

/// <summary>Six by two.</summary>
internal readonly struct Rows6 : IShape
{
    public static int Rows => 6;

    public static int Vectors => 2;
}

/// <summary>Seven by two.</summary>
internal readonly struct Rows7 : IShape
{
    public static int Rows => 7;

    public static int Vectors => 2;
}

/// <summary>Eight by two.</summary>
internal readonly struct Rows8 : IShape
{
    public static int Rows => 8;

    public static int Vectors => 2;
}

/// <summary>Nine by two.</summary>
internal readonly struct Rows9 : IShape
{
    public static int Rows => 9;

    public static int Vectors => 2;
}

/// <summary>Ten by two.</summary>
internal readonly struct Rows10 : IShape
{
    public static int Rows => 10;

    public static int Vectors => 2;
}

/// <summary>Eleven by two.</summary>
internal readonly struct Rows11 : IShape
{
    public static int Rows => 11;

    public static int Vectors => 2;
}

/// <summary>Twelve by two.</summary>
internal readonly struct Rows12 : IShape
{
    public static int Rows => 12;

    public static int Vectors => 2;
}

/// <summary>The same rows, one vector.</summary>
internal readonly struct Single<TShape> : IShape
    where TShape : IShape
{
    public static int Rows => TShape.Rows;

    public static int Vectors => 1;
}
