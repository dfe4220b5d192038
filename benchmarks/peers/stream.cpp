// Peer: streaming steps as an expert C++17 embedded developer writes them, sizes fixed at compile time, state in a struct of the caller.
//   stream eigen   fixed-size Eigen, one column-major product [W U] x [x; h] a layer, Eigen's fast tanh and logistic
//   stream loops   plain loops over transposed weights that the compiler vectorises, exp and tanh from the vector maths library
// Workloads A, and B with batch 1: the same steps, 100 of them a call.
#define EIGEN_STACK_ALLOCATION_LIMIT 0
#include <Eigen/Dense>
#include "worker.h"

template <int R, int C = 1> using Mat = Eigen::Matrix<float, R, C>;

// Rows of a PyTorch matrix [gates * H, columns] in another order of gates.
static int rowOf(int gate, int unit, int H) { return gate * H + unit; }

namespace eigen {
template <int I_, int H_> struct Lstm {
    static constexpr int I = I_, H = H_;
    struct State { Mat<I + H> xh; Mat<H> c; void reset() { xh.setZero(); c.setZero(); } auto h() const { return xh.template tail<H>(); } };
    Mat<4 * H, I + H> W; Mat<4 * H> b;
    void init(const LayerWeights& w)
    {
        const int from[] = { 0, 1, 3, 2 };   // here: i f o g
        for (int g = 0; g < 4; g++) for (int j = 0; j < H; j++) {
            int r = rowOf(from[g], j, H), to = g * H + j;
            for (int k = 0; k < I; k++) W(to, k) = w.wih[r * I + k];
            for (int k = 0; k < H; k++) W(to, I + k) = w.whh[r * H + k];
            b(to) = w.bih[r] + w.bhh[r];
        }
    }
    template <class X> EIGEN_STRONG_INLINE void step(const X& x, State& s) const
    {
        s.xh.template head<I>() = x;
        Mat<4 * H> g = b;
        g.noalias() += W * s.xh;
        Mat<3 * H> ifo = g.template head<3 * H>().array().logistic();
        Mat<H> z = g.template tail<H>().array().tanh();
        s.c = (ifo.template segment<H>(H).array() * s.c.array() + ifo.template head<H>().array() * z.array()).matrix();
        s.xh.template tail<H>() = (ifo.template tail<H>().array() * s.c.array().tanh()).matrix();
    }
};
template <int I_, int H_> struct Gru {
    static constexpr int I = I_, H = H_;
    struct State { Mat<H> hh; void reset() { hh.setZero(); } const Mat<H>& h() const { return hh; } };
    Mat<3 * H, I> W; Mat<3 * H, H> U; Mat<3 * H> b, bu;
    void init(const LayerWeights& w)
    {
        for (int r = 0; r < 3 * H; r++) {
            for (int k = 0; k < I; k++) W(r, k) = w.wih[r * I + k];
            for (int k = 0; k < H; k++) U(r, k) = w.whh[r * H + k];
            b(r) = w.bih[r]; bu(r) = w.bhh[r];
        }
    }
    template <class X> EIGEN_STRONG_INLINE void step(const X& x, State& s) const
    {
        Mat<3 * H> a = b, u = bu;
        a.noalias() += W * x;
        u.noalias() += U * s.hh;
        Mat<2 * H> rz = (a.template head<2 * H>() + u.template head<2 * H>()).array().logistic();
        Mat<H> n = (a.template tail<H>().array() + rz.template head<H>().array() * u.template tail<H>().array()).tanh();
        s.hh = (n.array() + rz.template tail<H>().array() * (s.hh.array() - n.array())).matrix();
    }
};
template <int I_, int H_> struct Rnn {
    static constexpr int I = I_, H = H_;
    struct State { Mat<I + H> xh; void reset() { xh.setZero(); } auto h() const { return xh.template tail<H>(); } };
    Mat<H, I + H> W; Mat<H> b;
    void init(const LayerWeights& w)
    {
        for (int r = 0; r < H; r++) {
            for (int k = 0; k < I; k++) W(r, k) = w.wih[r * I + k];
            for (int k = 0; k < H; k++) W(r, I + k) = w.whh[r * H + k];
            b(r) = w.bih[r] + w.bhh[r];
        }
    }
    template <class X> EIGEN_STRONG_INLINE void step(const X& x, State& s) const
    {
        s.xh.template head<I>() = x;
        Mat<H> g = b;
        g.noalias() += W * s.xh;
        s.xh.template tail<H>() = g.array().tanh().matrix();
    }
};
template <int H_, int O_> struct Dense {
    static constexpr int O = O_;
    Eigen::Matrix<float, O_, H_, O_ == 1 ? Eigen::RowMajor : Eigen::ColMajor> W; Mat<O_> b;
    void init(const NetWeights& w) { for (int o = 0; o < O; o++) { b(o) = w.denseBias[o]; for (int j = 0; j < H_; j++) W(o, j) = w.dense[o * H_ + j]; } }
    template <class X> EIGEN_STRONG_INLINE void step(const X& h, float* y) const { Eigen::Map<Mat<O_>> o(y); o = b; o.noalias() += W * h; }
};
}

namespace loops {
template <int N, int K> static inline void addMul(const float (&W)[K][N], const float* __restrict x, float* __restrict y)
{
    for (int k = 0; k < K; k++) { float v = x[k]; for (int n = 0; n < N; n++) y[n] += W[k][n] * v; }
}
static inline float sigmoid(float x) { return 1.f / (1.f + std::exp(-x)); }
template <int R, int K> static void transpose(const std::vector<float>& from, float (&to)[K][R], const int* order, int H)
{
    for (int r = 0; r < R; r++) for (int k = 0; k < K; k++) to[k][r] = from[rowOf(order[r / H], r % H, H) * K + k];
}
static const int kSame[] = { 0, 1, 2 }, kLstm[] = { 0, 1, 3, 2 };   // LSTM here: i f o g
template <int I_, int H_> struct Lstm {
    static constexpr int I = I_, H = H_;
    struct State { alignas(64) float hh[H]; alignas(64) float c[H]; void reset() { memset(this, 0, sizeof *this); } const float* h() const { return hh; } };
    alignas(64) float W[I][4 * H]; alignas(64) float U[H][4 * H]; alignas(64) float b[4 * H];
    void init(const LayerWeights& w)
    {
        transpose(w.wih, W, kLstm, H); transpose(w.whh, U, kLstm, H);
        for (int r = 0; r < 4 * H; r++) { int q = rowOf(kLstm[r / H], r % H, H); b[r] = w.bih[q] + w.bhh[q]; }
    }
    inline void step(const float* x, State& s) const
    {
        alignas(64) float g[4 * H]; memcpy(g, b, sizeof g);
        addMul<4 * H, I>(W, x, g); addMul<4 * H, H>(U, s.hh, g);
        for (int j = 0; j < 3 * H; j++) g[j] = sigmoid(g[j]);
        for (int j = 0; j < H; j++) g[3 * H + j] = std::tanh(g[3 * H + j]);
        for (int j = 0; j < H; j++) { s.c[j] = g[H + j] * s.c[j] + g[j] * g[3 * H + j]; s.hh[j] = g[2 * H + j] * std::tanh(s.c[j]); }
    }
};
template <int I_, int H_> struct Gru {
    static constexpr int I = I_, H = H_;
    struct State { alignas(64) float hh[H]; void reset() { memset(this, 0, sizeof *this); } const float* h() const { return hh; } };
    alignas(64) float W[I][3 * H]; alignas(64) float U[H][3 * H]; alignas(64) float b[3 * H]; alignas(64) float bu[3 * H];
    void init(const LayerWeights& w)
    {
        transpose(w.wih, W, kSame, H); transpose(w.whh, U, kSame, H);
        for (int r = 0; r < 3 * H; r++) { b[r] = w.bih[r]; bu[r] = w.bhh[r]; }
    }
    inline void step(const float* x, State& s) const
    {
        alignas(64) float a[3 * H], u[3 * H]; memcpy(a, b, sizeof a); memcpy(u, bu, sizeof u);
        addMul<3 * H, I>(W, x, a); addMul<3 * H, H>(U, s.hh, u);
        for (int j = 0; j < 2 * H; j++) a[j] = sigmoid(a[j] + u[j]);
        for (int j = 0; j < H; j++) { float n = std::tanh(a[2 * H + j] + a[j] * u[2 * H + j]); s.hh[j] = n + a[H + j] * (s.hh[j] - n); }
    }
};
template <int I_, int H_> struct Rnn {
    static constexpr int I = I_, H = H_;
    struct State { alignas(64) float hh[H]; void reset() { memset(this, 0, sizeof *this); } const float* h() const { return hh; } };
    alignas(64) float W[I][H]; alignas(64) float U[H][H]; alignas(64) float b[H];
    void init(const LayerWeights& w) { transpose(w.wih, W, kSame, H); transpose(w.whh, U, kSame, H); for (int r = 0; r < H; r++) b[r] = w.bih[r] + w.bhh[r]; }
    inline void step(const float* x, State& s) const
    {
        alignas(64) float g[H]; memcpy(g, b, sizeof g);
        addMul<H, I>(W, x, g); addMul<H, H>(U, s.hh, g);
        for (int j = 0; j < H; j++) s.hh[j] = std::tanh(g[j]);
    }
};
template <int H_, int O_> struct Dense {
    static constexpr int O = O_;
    alignas(64) float W[O_][H_]; float b[O_];
    void init(const NetWeights& w) { memcpy(W, w.dense.data(), sizeof W); memcpy(b, w.denseBias.data(), sizeof b); }
    inline void step(const float* h, float* y) const { for (int o = 0; o < O; o++) { float a = b[o]; for (int j = 0; j < H_; j++) a += W[o][j] * h[j]; y[o] = a; } }
};
}

template <bool E, class A> struct One {
    static constexpr int I = A::I;
    A a; typename A::State s;
    void init(const NetWeights& w) { a.init(w.layers[0]); s.reset(); }
    void reset() { s.reset(); }
    EIGEN_STRONG_INLINE void step(const float* x) { if constexpr (E) a.step(Eigen::Map<const Mat<I>>(x), s); else a.step(x, s); }
    EIGEN_STRONG_INLINE decltype(auto) h() const { return s.h(); }
};
template <bool E, class A, class B> struct Two {
    static constexpr int I = A::I;
    A a; B b; typename A::State s; typename B::State t;
    void init(const NetWeights& w) { a.init(w.layers[0]); b.init(w.layers[1]); reset(); }
    void reset() { s.reset(); t.reset(); }
    EIGEN_STRONG_INLINE void step(const float* x) { if constexpr (E) a.step(Eigen::Map<const Mat<I>>(x), s); else a.step(x, s); b.step(s.h(), t); }
    EIGEN_STRONG_INLINE decltype(auto) h() const { return t.h(); }
};

// The caller's view: a step, or a sequence, through a function that the compiler may not inline.
template <class N, class D> struct Net {
    N n; D d;
    __attribute__((noinline)) void step(const float* x, float* y) { n.step(x); d.step(n.h(), y); }
    __attribute__((noinline)) void sequence(const float* x, float* y)
    {
        n.reset();
        for (int t = 0; t < kSequence; t++) { n.step(x + t * N::I); d.step(n.h(), y + t * D::O); }
    }
};
template <class N, class D> struct Streaming : Workload {
    std::unique_ptr<Net<N, D>> net { new Net<N, D> };
    std::vector<float> x = signalOf(kSignal * N::I), y = std::vector<float>(kSignal * D::O);
    explicit Streaming(const char* name) { NetWeights w(network(name)); net->n.init(w); net->d.init(w); }
    void run(long n) override { for (long i = 0; i < n; i++) net->step(&x[(i % kSignal) * N::I], &y[(i % kSignal) * D::O]); }
    std::vector<double> check() override { net->n.reset(); run(kCheckSteps); return { &y[(kCheckSteps - 1) * D::O], &y[(kCheckSteps - 1) * D::O] + D::O }; }
};
template <class N, class D> struct Sequence : Streaming<N, D> {
    explicit Sequence(const char* name) : Streaming<N, D>(name) { this->stepsPerUnit = kSequence; this->x = signalOf(kSequence * N::I); this->y.resize(kSequence * D::O); }
    void run(long n) override { for (long i = 0; i < n; i++) this->net->sequence(this->x.data(), this->y.data()); }
    std::vector<double> check() override { run(1); return sequenceCheck(this->y, D::O); }
};

template <class N, class D> static void add(std::vector<Entry>& all, const char* name)
{
    all.push_back({ name, [=] { return std::unique_ptr<Workload>(new Streaming<N, D>(name)); } });
    all.push_back({ std::string("B-") + name + "-1", [=] { return std::unique_ptr<Workload>(new Sequence<N, D>(name)); } });
}
#define ALL(ns, E) \
    add<One<E, ns::Lstm<1, 20>>, ns::Dense<20, 1>>(all, "A1"); \
    add<One<E, ns::Gru<1, 8>>, ns::Dense<8, 1>>(all, "A2"); \
    add<Two<E, ns::Lstm<8, 64>, ns::Gru<64, 32>>, ns::Dense<32, 1>>(all, "A3"); \
    add<One<E, ns::Lstm<40, 128>>, ns::Dense<128, 12>>(all, "A4"); \
    add<One<E, ns::Lstm<64, 256>>, ns::Dense<256, 10>>(all, "A5"); \
    add<One<E, ns::Rnn<8, 32>>, ns::Dense<32, 1>>(all, "A6");

int main(int argc, char** argv)
{
    std::string kind = argc > 1 ? argv[1] : "";
    if (kind != "eigen" && kind != "loops") { fprintf(stderr, "usage: stream eigen|loops\n"); return 2; }
    std::vector<Entry> all;
    if (kind == "eigen") { ALL(eigen, true) } else { ALL(loops, false) }
    std::string version = kind == "eigen" ? "Eigen " + std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." + std::to_string(EIGEN_MINOR_VERSION) + ", " : "";
    return serve(kind, version + compiler(), all);
}
