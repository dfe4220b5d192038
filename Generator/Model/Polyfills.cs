// What netstandard2.0 lacks for the language features used here; nothing else belongs in this file.
namespace System.Runtime.CompilerServices;

internal static class IsExternalInit;
