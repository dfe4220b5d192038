// What a simple recurrent layer shows of itself.
namespace SeqGen;

/// <summary>What a simple recurrent layer gives.</summary>
public enum RnnOutput
{
    /// <summary>Its state after the step.</summary>
    State,

    /// <summary><c>y_t = g(W_io x_t + W_ho h_(t-1) + b_o)</c>: made with weights of its own of the input and the state <em>before</em> the step.</summary>
    PreviousState,
}
