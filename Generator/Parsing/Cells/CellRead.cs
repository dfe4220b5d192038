// What was read of a user's cell: its code, where each piece of it stands, and what is wrong with it. It lives for one analyzer call or one transform.
using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Parsing.Cells;

/// <param name="Code">Null where there is a mistake, be it the compiler's own.</param>
/// <param name="Places">By the number of a piece of code; empty for a cell of another assembly.</param>
/// <param name="Findings">What is wrong.</param>
internal sealed record CellRead(CellCode? Code, IReadOnlyList<Location> Places, IReadOnlyList<Finding> Findings);
