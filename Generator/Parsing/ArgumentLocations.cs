// Finds the place in the source of a problem that is known by its attribute and argument alone.
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SeqGen.Generator.Layers.Cells;
using SeqGen.Generator.Model;
using SeqGen.Generator.Parsing.Cells;

namespace SeqGen.Generator.Parsing;

/// <summary>Places of attributes and their arguments.</summary>
internal static class ArgumentLocations
{
    /// <summary>The place of a problem that the shape rules found.</summary>
    public static Location Of(ParsedNetwork parsed, Problem problem)
    {
        AttributeOrder order = parsed.Attributes;
        PlacedAttribute? attribute = problem.Layer >= 0 && problem.Layer < order.Layers.Count ? order.Layers[problem.Layer] : order.Network;
        CellRead? cell = problem.Layer >= 0 && problem.Layer < parsed.Cells.Count ? parsed.Cells[problem.Layer] : null;
        if (CellPlaces.FunctionPlace(problem.Argument) is { } inside)
        {
            CellRead? function = parsed.Functions[problem.Layer];
            return function is not null && inside < function.Places.Count ? function.Places[inside] : Of(attribute!, "CustomActivation");
        }

        return CellPlaces.Place(problem.Argument) is { } place && cell is not null && place < cell.Places.Count ? cell.Places[place]
            : attribute is null ? Location.None : Of(attribute, problem.Argument);
    }

    /// <summary>The argument as it is written, <c>Units = 3</c> or <c>3</c>; the whole attribute where it is not written or not named.</summary>
    public static Location Of(PlacedAttribute attribute, string argument)
    {
        if (argument.Length > 0 && attribute.Syntax.ArgumentList is { } list)
        {
            for (int i = 0; i < list.Arguments.Count; i++)
            {
                if (NameOf(attribute, list.Arguments[i], i) == argument)
                {
                    return list.Arguments[i].GetLocation();
                }
            }
        }

        return attribute.Syntax.GetLocation();
    }

    private static string? NameOf(PlacedAttribute attribute, AttributeArgumentSyntax argument, int index)
    {
        if (argument.NameEquals is { } property)
        {
            return property.Name.Identifier.ValueText;
        }

        string? parameter = argument.NameColon?.Name.Identifier.ValueText
            ?? attribute.Data.AttributeConstructor?.Parameters.ElementAtOrDefault(index)?.Name;
        return parameter is null ? null : AttributeReader.PropertyName(parameter);
    }
}
