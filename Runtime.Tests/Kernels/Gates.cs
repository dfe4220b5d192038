// The slot masks that kernel tests try, as generated code would declare them.
using SeqGen.Kernels.V1;

namespace SeqGen.Tests.Kernels;

internal readonly struct Gates15And15 : IGates
{
    public static int XMask => 15;

    public static int HMask => 15;
}

internal readonly struct Gates7And11 : IGates
{
    public static int XMask => 7;

    public static int HMask => 11;
}

internal readonly struct Gates1And1 : IGates
{
    public static int XMask => 1;

    public static int HMask => 1;
}

internal readonly struct Gates1And0 : IGates
{
    public static int XMask => 1;

    public static int HMask => 0;
}

internal readonly struct Gates3And3 : IGates
{
    public static int XMask => 3;

    public static int HMask => 3;
}

internal readonly struct Gates3And0 : IGates
{
    public static int XMask => 3;

    public static int HMask => 0;
}

internal readonly struct Gates7And7 : IGates
{
    public static int XMask => 7;

    public static int HMask => 7;
}

internal readonly struct Gates5And8 : IGates
{
    public static int XMask => 5;

    public static int HMask => 8;
}

internal readonly struct Gates0And2 : IGates
{
    public static int XMask => 0;

    public static int HMask => 2;
}
