// A call CellCheck.Run as the pipeline carries it.
namespace SeqGen.Generator.Model;

/// <param name="Network">A network of the cell alone.</param>
/// <param name="Expression">The words of the call's cell, by which it finds its plan when it runs.</param>
/// <param name="Cell">Full name of the cell's class, as C# writes it.</param>
/// <param name="IsStatic">Whether its method is static.</param>
/// <param name="Results">How many values it gives; 1 where the state is the output.</param>
/// <param name="Inputs">Features of a step.</param>
internal sealed record CellCheckCall(NetworkSpec Network, string Expression, string Cell, bool IsStatic, int Results, int Inputs);
