// A mistake in a declaration as plain values; where it is in the source is found again by the analyzer.
namespace SeqGen.Generator.Model;

/// <summary>A mistake that the shape rules found.</summary>
/// <param name="Id">Diagnostic id, e.g. SEQ0101; its text is in Diagnostics/.</param>
/// <param name="Layer">Index into <see cref="NetworkSpec.Layers"/>, or -1 for [Network] itself.</param>
/// <param name="Argument">The argument at fault, or empty for the whole attribute.</param>
/// <param name="Values">What the message's placeholders are filled with, already formatted in invariant culture.</param>
internal sealed record Problem(string Id, int Layer, string Argument, EquatableArray<string> Values);
