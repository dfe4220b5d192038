// The golden cases that can be declared, as networks. Written by NativeDeclarationTests from the cases; changes made here are lost.
using System;
using System.Collections.Generic;
using SeqGen;

namespace Goldens;

internal static class GoldenDeclarations
{
    /// <summary>By the case's name, and whether it is the twin whose output is the logits.</summary>
    public static IReadOnlyDictionary<(string Case, bool Logits), Func<INetwork>> Networks { get; } = new Dictionary<(string Case, bool Logits), Func<INetwork>>
    {
        [("rnn_tanh_i3_h4_t6_b2_init", false)] = () => new Case_rnn_tanh_i3_h4_t6_b2_init(),
        [("rnn_tanh_i5_h12_t9_b3", false)] = () => new Case_rnn_tanh_i5_h12_t9_b3(),
        [("rnn_relu_i4_h6_t6_b2_init", false)] = () => new Case_rnn_relu_i4_h6_t6_b2_init(),
        [("lstm_i3_h4_t6_b2_init", false)] = () => new Case_lstm_i3_h4_t6_b2_init(),
        [("lstm_i16_h32_t12_b4", false)] = () => new Case_lstm_i16_h32_t12_b4(),
        [("lstm_i32_h64_t16_b4", false)] = () => new Case_lstm_i32_h64_t16_b4(),
        [("lstm_nobias_i3_h5_t5_b2", false)] = () => new Case_lstm_nobias_i3_h5_t5_b2(),
        [("gru_i3_h4_t6_b2_init", false)] = () => new Case_gru_i3_h4_t6_b2_init(),
        [("gru_i16_h32_t12_b4", false)] = () => new Case_gru_i16_h32_t12_b4(),
        [("gru_i32_h64_t16_b4", false)] = () => new Case_gru_i32_h64_t16_b4(),
        [("gru_reset_before_i3_h4_t6_b2_init", false)] = () => new Case_gru_reset_before_i3_h4_t6_b2_init(),
        [("gru_reset_before_i6_h16_t8_b3", false)] = () => new Case_gru_reset_before_i6_h16_t8_b3(),
        [("dense_linear", false)] = () => new Case_dense_linear(),
        [("dense_relu", false)] = () => new Case_dense_relu(),
        [("dense_tanh", false)] = () => new Case_dense_tanh(),
        [("dense_sigmoid", false)] = () => new Case_dense_sigmoid(),
        [("dense_softmax", false)] = () => new Case_dense_softmax(),
        [("dense_softmax", true)] = () => new Case_dense_softmaxLogits(),
        [("embedding", false)] = () => new Case_embedding(),
        [("stack_lstm_gru_dense_last", false)] = () => new Case_stack_lstm_gru_dense_last(),
        [("stack_lstm_lstm_dense_seq", false)] = () => new Case_stack_lstm_lstm_dense_seq(),
        [("stack_gru_x3", false)] = () => new Case_stack_gru_x3(),
        [("stack_rnn_lstm", false)] = () => new Case_stack_rnn_lstm(),
        [("stack_embedding_lstm_dense_softmax", false)] = () => new Case_stack_embedding_lstm_dense_softmax(),
        [("stack_embedding_lstm_dense_softmax", true)] = () => new Case_stack_embedding_lstm_dense_softmaxLogits(),
        [("loss_mse_mask_lstm", false)] = () => new Case_loss_mse_mask_lstm(),
        [("loss_bce_lengths_lstm", false)] = () => new Case_loss_bce_lengths_lstm(),
        [("loss_bce_mask_gru_reset_before", false)] = () => new Case_loss_bce_mask_gru_reset_before(),
        [("loss_ce_last_lengths_gru", false)] = () => new Case_loss_ce_last_lengths_gru(),
        [("loss_ce_seq_lengths_lstm", false)] = () => new Case_loss_ce_seq_lengths_lstm(),
        [("loss_ce_mask_embedding_gru", false)] = () => new Case_loss_ce_mask_embedding_gru(),
        [("tbptt_lstm_t40_c10", false)] = () => new Case_tbptt_lstm_t40_c10(),
        [("tbptt_gru_t40_c10", false)] = () => new Case_tbptt_gru_t40_c10(),
        [("tbptt_embedding_lstm_gru_t40_c10", false)] = () => new Case_tbptt_embedding_lstm_gru_t40_c10(),
        [("reg_zaremba", false)] = () => new Case_reg_zaremba(),
        [("opt_sgd_lstm", false)] = () => new Case_opt_sgd_lstm(),
        [("opt_momentum_gru", false)] = () => new Case_opt_momentum_gru(),
        [("opt_adam_lstm", false)] = () => new Case_opt_adam_lstm(),
        [("opt_adamw_gru", false)] = () => new Case_opt_adamw_gru(),
        [("opt_rmsprop_rnn", false)] = () => new Case_opt_rmsprop_rnn(),
        [("opt_adagrad_lstm", false)] = () => new Case_opt_adagrad_lstm(),
        [("opt_sgd_clipnorm_lstm", false)] = () => new Case_opt_sgd_clipnorm_lstm(),
        [("opt_momentum_clipvalue_gru", false)] = () => new Case_opt_momentum_clipvalue_gru(),
        [("opt_adam_clipnorm_embedding_gru", false)] = () => new Case_opt_adam_clipnorm_embedding_gru(),
        [("opt_rmsprop_clipvalue_gru_reset_before", false)] = () => new Case_opt_rmsprop_clipvalue_gru_reset_before(),
    };
}

[Network(Inputs = 3, Timesteps = 6)]
[Rnn(4, Name = "rnn", Activation = Activation.Tanh)]
[MeanSquaredError]
public partial class Case_rnn_tanh_i3_h4_t6_b2_init;

[Network(Inputs = 5, Timesteps = 9)]
[Rnn(12, Name = "rnn", Activation = Activation.Tanh)]
[MeanSquaredError]
public partial class Case_rnn_tanh_i5_h12_t9_b3;

[Network(Inputs = 4, Timesteps = 6)]
[Rnn(6, Name = "rnn", Activation = Activation.Relu)]
[MeanSquaredError]
public partial class Case_rnn_relu_i4_h6_t6_b2_init;

[Network(Inputs = 3, Timesteps = 6)]
[Lstm(4, Name = "lstm")]
[MeanSquaredError]
public partial class Case_lstm_i3_h4_t6_b2_init;

[Network(Inputs = 16, Timesteps = 12)]
[Lstm(32, Name = "lstm")]
[MeanSquaredError]
public partial class Case_lstm_i16_h32_t12_b4;

[Network(Inputs = 32, Timesteps = 16)]
[Lstm(64, Name = "lstm")]
[MeanSquaredError]
public partial class Case_lstm_i32_h64_t16_b4;

[Network(Inputs = 3, Timesteps = 5)]
[Lstm(5, Name = "lstm", Bias = false)]
[MeanSquaredError]
public partial class Case_lstm_nobias_i3_h5_t5_b2;

[Network(Inputs = 3, Timesteps = 6)]
[Gru(4, Name = "gru")]
[MeanSquaredError]
public partial class Case_gru_i3_h4_t6_b2_init;

[Network(Inputs = 16, Timesteps = 12)]
[Gru(32, Name = "gru")]
[MeanSquaredError]
public partial class Case_gru_i16_h32_t12_b4;

[Network(Inputs = 32, Timesteps = 16)]
[Gru(64, Name = "gru")]
[MeanSquaredError]
public partial class Case_gru_i32_h64_t16_b4;

[Network(Inputs = 3, Timesteps = 6)]
[Gru(4, Name = "gru", ResetAfter = false)]
[MeanSquaredError]
public partial class Case_gru_reset_before_i3_h4_t6_b2_init;

[Network(Inputs = 6, Timesteps = 8)]
[Gru(16, Name = "gru", ResetAfter = false)]
[MeanSquaredError]
public partial class Case_gru_reset_before_i6_h16_t8_b3;

[Network(Inputs = 4, Timesteps = 4)]
[Dense(5, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_dense_linear;

[Network(Inputs = 4, Timesteps = 4)]
[Dense(5, Name = "dense", Activation = Activation.Relu)]
[MeanSquaredError]
public partial class Case_dense_relu;

[Network(Inputs = 4, Timesteps = 4)]
[Dense(5, Name = "dense", Activation = Activation.Tanh)]
[MeanSquaredError]
public partial class Case_dense_tanh;

[Network(Inputs = 4, Timesteps = 4)]
[Dense(5, Name = "dense", Activation = Activation.Sigmoid)]
[MeanSquaredError]
public partial class Case_dense_sigmoid;

[Network(Inputs = 4, Timesteps = 4)]
[Dense(6, Name = "dense", Activation = Activation.Softmax)]
[SoftmaxCrossEntropy]
public partial class Case_dense_softmax;

[Network(Inputs = 4, Timesteps = 4)]
[Dense(6, Name = "dense", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_dense_softmaxLogits;

[Network(Tokens = 9, Timesteps = 6)]
[Embedding(4, Name = "embedding")]
[MeanSquaredError]
public partial class Case_embedding;

[Network(Inputs = 4, Timesteps = 9)]
[Lstm(8, Name = "lstm")]
[Gru(6, Name = "gru", Returns = Returns.Last)]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_stack_lstm_gru_dense_last;

[Network(Inputs = 5, Timesteps = 8)]
[Lstm(8, Name = "lstm1")]
[Lstm(7, Name = "lstm2")]
[Dense(4, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_stack_lstm_lstm_dense_seq;

[Network(Inputs = 4, Timesteps = 7)]
[Gru(6, Name = "gru")]
[Gru(6, Name = "gru")]
[Gru(6, Name = "gru", Returns = Returns.Last)]
[MeanSquaredError]
public partial class Case_stack_gru_x3;

[Network(Inputs = 3, Timesteps = 8)]
[Rnn(6, Name = "rnn", Activation = Activation.Tanh)]
[Lstm(5, Name = "lstm")]
[MeanSquaredError]
public partial class Case_stack_rnn_lstm;

[Network(Tokens = 12, Timesteps = 9)]
[Embedding(6, Name = "embedding")]
[Lstm(10, Name = "lstm")]
[Dense(12, Name = "dense", Activation = Activation.Softmax)]
[SoftmaxCrossEntropy]
public partial class Case_stack_embedding_lstm_dense_softmax;

[Network(Tokens = 12, Timesteps = 9)]
[Embedding(6, Name = "embedding")]
[Lstm(10, Name = "lstm")]
[Dense(12, Name = "dense", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_stack_embedding_lstm_dense_softmaxLogits;

[Network(Inputs = 4, Timesteps = 7)]
[Lstm(6, Name = "lstm")]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_loss_mse_mask_lstm;

[Network(Inputs = 3, Timesteps = 7)]
[Lstm(6, Name = "lstm")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[BinaryCrossEntropy]
public partial class Case_loss_bce_lengths_lstm;

[Network(Inputs = 3, Timesteps = 6)]
[Gru(6, Name = "gru", ResetAfter = false)]
[Dense(1, Name = "dense", Activation = Activation.Linear)]
[BinaryCrossEntropy]
public partial class Case_loss_bce_mask_gru_reset_before;

[Network(Inputs = 4, Timesteps = 8)]
[Gru(7, Name = "gru", Returns = Returns.Last)]
[Dense(5, Name = "dense", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_loss_ce_last_lengths_gru;

[Network(Inputs = 4, Timesteps = 8)]
[Lstm(7, Name = "lstm")]
[Dense(5, Name = "dense", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_loss_ce_seq_lengths_lstm;

[Network(Tokens = 10, Timesteps = 8)]
[Embedding(5, Name = "embedding")]
[Gru(7, Name = "gru")]
[Dense(10, Name = "dense", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_loss_ce_mask_embedding_gru;

[Network(Inputs = 4, Timesteps = 10)]
[Lstm(8, Name = "lstm")]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_tbptt_lstm_t40_c10;

[Network(Inputs = 4, Timesteps = 10)]
[Gru(8, Name = "gru")]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_tbptt_gru_t40_c10;

[Network(Tokens = 8, Timesteps = 10)]
[Embedding(4, Name = "embedding")]
[Lstm(6, Name = "lstm")]
[Gru(6, Name = "gru")]
[Dense(8, Name = "dense", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_tbptt_embedding_lstm_gru_t40_c10;

[Network(Inputs = 4, Timesteps = 6)]
[Dropout(0.5, Name = "drop_in")]
[Lstm(7, Name = "lstm1")]
[Dropout(0.5, Name = "drop_mid")]
[Lstm(6, Name = "lstm2")]
[Dropout(0.5, Name = "drop_out")]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_reg_zaremba;

[Network(Inputs = 3, Timesteps = 5)]
[Lstm(5, Name = "lstm")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_sgd_lstm;

[Network(Inputs = 3, Timesteps = 5)]
[Gru(5, Name = "gru")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_momentum_gru;

[Network(Inputs = 3, Timesteps = 5)]
[Lstm(5, Name = "lstm")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_adam_lstm;

[Network(Inputs = 3, Timesteps = 5)]
[Gru(5, Name = "gru")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_adamw_gru;

[Network(Inputs = 3, Timesteps = 5)]
[Rnn(6, Name = "rnn", Activation = Activation.Tanh)]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_rmsprop_rnn;

[Network(Inputs = 3, Timesteps = 5)]
[Lstm(5, Name = "lstm")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_adagrad_lstm;

[Network(Inputs = 3, Timesteps = 5)]
[Lstm(5, Name = "lstm")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_sgd_clipnorm_lstm;

[Network(Inputs = 3, Timesteps = 5)]
[Gru(5, Name = "gru")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_momentum_clipvalue_gru;

[Network(Tokens = 7, Timesteps = 6)]
[Embedding(3, Name = "embedding")]
[Gru(5, Name = "gru")]
[Dense(7, Name = "dense", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_opt_adam_clipnorm_embedding_gru;

[Network(Inputs = 3, Timesteps = 5)]
[Gru(5, Name = "gru", ResetAfter = false)]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_rmsprop_clipvalue_gru_reset_before;
