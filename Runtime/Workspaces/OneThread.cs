// Finds that two threads are in what one thread at a time may use: an error instead of results of neither, or of waiting for ever.
// Knows threads; refuses to know what they do.
using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace SeqGen;

internal static class OneThread
{
    /// <summary>Enters; dispose what it gives to leave. A thread that is inside may enter again.</summary>
    /// <param name="user">0, or the thread that is inside.</param>
    /// <param name="what">Of what there is one for every thread: "A workspace", for instance.</param>
    /// <param name="network">The network's name.</param>
    /// <exception cref="InvalidOperationException">Another thread is inside.</exception>
    public static Stay Enter(ref int user, string what, string network)
    {
        if (!TryEnter(ref user, out bool isFirst))
        {
            Throw(what, network);
        }

        return new Stay(ref user, isFirst);
    }

    /// <summary>The same for those who have an error of their own; what entered first leaves by <see cref="Leave"/>.</summary>
    /// <param name="user">0, or the thread that is inside.</param>
    /// <param name="isFirst">Whether this thread was not inside before.</param>
    /// <returns>Whether no other thread is inside.</returns>
    public static bool TryEnter(ref int user, out bool isFirst)
    {
        int me = Environment.CurrentManagedThreadId, inside = Interlocked.CompareExchange(ref user, me, 0);
        isFirst = inside == 0;
        return isFirst || inside == me;
    }

    /// <summary>Lets others in.</summary>
    public static void Leave(ref int user) => Volatile.Write(ref user, 0);

    [DoesNotReturn]
    private static void Throw(string what, string network) => throw new InvalidOperationException(
        $"{what} of {network} is used by two threads at the same time. One thread at a time may use it: create one for each thread (they share the network), or lock around the calls.");

    /// <summary>Leaves at the end, if it was this call that entered.</summary>
    public readonly ref struct Stay
    {
        private readonly ref int _user;
        private readonly bool _isFirst;

        internal Stay(ref int user, bool isFirst)
        {
            _user = ref user;
            _isFirst = isFirst;
        }

        public void Dispose()
        {
            if (_isFirst)
            {
                Leave(ref _user);
            }
        }
    }
}
