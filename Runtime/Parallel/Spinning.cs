// How a thread looks out for another before it sleeps. Knows how long; refuses to know what for.
using System.Diagnostics;
using System.Threading;

namespace SeqGen;

internal static class Spinning
{
    // About ten times what waking a thread costs: steps that follow each other never sleep, idle threads soon do.
    private static readonly long Patience = Stopwatch.Frequency / 20_000;

    /// <summary>Looks at a number that other threads change until it is the wanted one, for some microseconds. Whether it was.</summary>
    public static bool Until(ref int value, int wanted)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetTimestamp() - start < Patience;)
        {
            if (Volatile.Read(ref value) == wanted)
            {
                return true;
            }

            Thread.SpinWait(4);
        }

        return false;
    }
}
