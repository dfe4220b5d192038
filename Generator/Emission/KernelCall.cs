// A call of a runtime kernel, argument by argument, and the site that says what each is called there.
// Knows the shapes of an argument in the kernel contract (SeqGen.Kernels.V1); knows no kernel and no op.
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Passes;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

/// <summary>Where a statement stands: the node that it is for, and the place in its method.</summary>
internal sealed class Site(ProgramPlan plan, ParameterNames names, Places places, Where where, Node node)
{
    public ProgramPlan Plan => plan;

    public ParameterNames Names => names;

    public Places Places => places;

    public Where Where => where;

    public Node Node => node;

    /// <summary>How many rows it works on.</summary>
    public string Rows
    {
        get
        {
            Value value = node.Output.Shape.Extent != Extent.None ? node.Output : node.Inputs.FirstOrDefault(i => i.Shape.Extent != Extent.None) ?? node.Output;
            return node.Region.Owner is not null && where == Where.Part ? places.Count : value.Shape.Extent != Extent.BatchAxis || plan.Mode == Mode.Streaming ? "batch"
                : where == Where.Part ? places.Count : places.Rows(value.Shape.Axis!);
        }
    }

    public KernelCall Call(string method) => new(method, this);

    public Room Room(Value value) => plan.Views[value].Room;

    /// <summary>A value's place as the node finds it: what lies outside of its loop over time is seen whole.</summary>
    public Sight Sight(Value value) => plan.SightOf(value, node.Region);

    /// <summary>A reference to a value's first row.</summary>
    public string At(Value value) => "ref " + places.At(Sight(value), where);

    /// <summary>A parameter as it lies in the master; of the step at hand, where every step has its own.</summary>
    public string Master(Value parameter)
    {
        PackedParameter packed = plan.Pack.Find(PackParameters.Name(parameter));
        return "ref " + ParameterNames.AtStep(names.Master(packed.Param.Parameter, packed.Gates[0].Offset, places), packed.StepStride, places);
    }

    /// <summary>What is derived from the running statistics of a batch normalisation, told by its mean: the scales, and the offsets behind them.</summary>
    public string Running(Value mean, bool isOffset = false)
    {
        PackedNorm norm = plan.Pack.Norm(mean);
        return "ref " + names.Running(norm, isOffset, places);
    }

    /// <summary>Its number.</summary>
    public string Norm(Value mean) => Text(plan.Pack.Norm(mean).Number);

    /// <summary>The gradient that a node adds to.</summary>
    public string Gradient(Node product) => Gradient(product, plan.Pack.Find(plan.GradientTargets[product]).Gates[0].Offset);

    /// <summary>The same from an offset on; <paramref name="part"/> tells the parts of one parameter apart.</summary>
    public string Gradient(Node product, int offset, string part = "")
    {
        string parameter = plan.GradientTargets[product];
        return "ref " + ParameterNames.AtStep(names.Gradient(parameter, offset, places, part), plan.Pack.Find(parameter).StepStride, places);
    }

    /// <summary>What an elementwise method is called with; <paramref name="along"/> where a loop over the other axis is at its step <c>s</c>.</summary>
    public string Argument(LoopArgument argument, bool along = false) =>
        argument.Place is { } place ? "ref " + places.At(place, where, along)
        : argument.Shared is { } shared ? (shared.Producer?.Op is RunningNormOp running ? Running(shared.Producer.Inputs[0], running.IsOffset) : Master(shared))
        : places.Block(argument.PanelStride!);
}

/// <summary>A call, whose arguments come in groups.</summary>
internal sealed class KernelCall(string method, Site site)
{
    private const int LongLine = 120;

    private readonly List<string> _groups = new();

    /// <summary>Arguments that belong together.</summary>
    public KernelCall Group(params string[] arguments)
    {
        _groups.Add(string.Join(", ", arguments));
        return this;
    }

    /// <summary>Each argument by itself.</summary>
    public KernelCall Each(IEnumerable<string> arguments)
    {
        _groups.AddRange(arguments);
        return this;
    }

    /// <summary>A value and the floats from one row of it to the next.</summary>
    public KernelCall Rows(Value value) => Group(site.At(value), Text(site.Room(value).Row));

    /// <summary>The same from a column on.</summary>
    public KernelCall Rows(Value value, int column) =>
        column == 0 ? Rows(value) : Group("ref Unsafe.Add(" + site.At(value) + ", " + Text(column) + ")", Text(site.Room(value).Row));

    /// <summary>A value, its rows and its slots.</summary>
    public KernelCall Slots(Value value) => Group(site.At(value), Text(site.Room(value).Row), Text(site.Room(value).SlotStride));

    /// <summary>A value in unit blocks.</summary>
    public KernelCall Panel(Value value) => Group(site.At(value), site.Places.Block(site.Room(value)), Text(site.Room(value).Row));

    /// <summary>A vector, its width and its rows.</summary>
    public KernelCall Vector(Value value, params string[] more) => Group([site.At(value), Text(value.Shape.Width), Text(site.Room(value).Row), .. more]);

    /// <summary>How many rows, slots and units.</summary>
    public KernelCall Sizes(Value value) => Group(site.Rows, Text(value.Shape.Rank == 2 ? value.Shape.Dims[0] : 1), Text(value.Shape.Width));

    public KernelCall Width(Value value) => Group(Text(value.Shape.Width));

    /// <summary>The axis of a value: steps, rows of a step, lengths.</summary>
    public KernelCall Along(Value value, params string[] more) => Group([site.Places.Steps(value.Shape.Axis!), "batch", site.Places.Lengths(value.Shape.Axis!), .. more]);

    /// <summary>Which rows of a value count: steps from the first one that is worked on, rows of a step, lengths; of what there is once a row all.</summary>
    public KernelCall Counted(Value value, bool withFirst = false)
    {
        bool along = value.Shape.Extent == Extent.BatchAxis;
        string first = along && site.Where == Where.Part ? site.Places.First : "0";
        string[] steps = [along ? site.Places.Steps(value.Shape.Axis!) : "1", "batch", along ? site.Places.Lengths(value.Shape.Axis!) : "default"];
        return Group(withFirst ? [first, .. steps] : steps);
    }

    /// <summary>The call, on one line, or one group of arguments a line where that would be long.</summary>
    public override string ToString()
    {
        string line = method + "(" + string.Join(", ", _groups) + ")";
        return line.Length < LongLine ? line : method + "(\n    " + string.Join(",\n    ", _groups) + ")";
    }
}
