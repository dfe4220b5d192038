// What netstandard2.0 lacks for the language features used here; nothing else belongs in this file.
#pragma warning disable IDE0130
namespace System.Runtime.CompilerServices
{
    internal static class IsExternalInit;

    [System.AttributeUsage(System.AttributeTargets.All, AllowMultiple = true, Inherited = false)]
    internal sealed class CompilerFeatureRequiredAttribute(string featureName) : System.Attribute
    {
        public string FeatureName { get; } = featureName;
    }

    [System.AttributeUsage(System.AttributeTargets.All, Inherited = false)]
    internal sealed class RequiredMemberAttribute : System.Attribute;
}
