// The agreement between generated code and runtime, as a number; the runtime has the same one.
namespace SeqGen.Generator.Model;

internal static class RuntimeContract
{
    /// <summary>The revision of the contract that this generator writes code for: <c>NetworkPlan.CurrentContract</c> of the runtime it ships with.</summary>
    public const int Version = 13;
}
