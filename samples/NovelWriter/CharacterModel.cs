// The network, declared. It knows how a book is read; refuses to know which.
using SeqGen;

namespace NovelWriter;

/// <summary>Reads a text character by character and says, after every one, what may come next: 75 numbers, one a character of the
/// book's alphabet, whose softmax is the probability. Gradients go back 64 characters; states go on through the whole book.</summary>
[Network(Tokens = 75, Timesteps = 64)]
[Embedding(32)]
[Lstm(256)]
[Dropout(0.2)]
[Dense(75)]
[SoftmaxCrossEntropy]
public sealed partial class CharacterModel;
