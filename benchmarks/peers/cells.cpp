// Peer of users' cells (samples/Cells): steps of LiGRU, minGRU, IndRNN, MGU and JANET as an expert C++17 developer writes them, sizes fixed at compile time.
//   cells eigen   fixed-size Eigen: gates stacked, one column-major product a source, element functions in one expression
//   cells loops   plain loops over transposed weights that the compiler vectorises
//   cells batch   whole sequences, 1 or 32 at once: the input's products of many steps in one call before the loop over them, as many as stay in
//                 the second-level cache; built with EIGEN_USE_BLAS, OpenBLAS makes them
// Workloads D-CELL-UNITS (a step) and E-CELL-UNITS-BATCH (100 steps of the batch). Weights: 1/sqrt of the units, of minGRU and IndRNN of the inputs.
#define EIGEN_STACK_ALLOCATION_LIMIT 0
#include <Eigen/Dense>
#include "worker.h"

template <int R, int C = 1> using Mat = Eigen::Matrix<float, R, C>;
constexpr int kDynamic = Eigen::Dynamic, kChunkBytes = 512 * 1024;
constexpr float kBeta = 1;   // of JANET

// What SeqGen's files have, in their order: weight_ih [gates * H, I], weight_hh [gates * H, H] or nothing, bias, u of IndRNN; then Dense.
struct Weights {
    std::vector<float> wih, whh, bias, u, dense, denseBias;
    Weights(int gates, int I, int H, int O, bool seesState, bool hasVector)
    {
        Lcg lcg(kWeightSeed);
        float scale = 1 / std::sqrt((float)(seesState ? H : I));
        wih = lcg.take((size_t)gates * H * I, scale);
        if (seesState) whh = lcg.take((size_t)gates * H * H, scale);
        bias = lcg.take((size_t)gates * H, 0.1f);
        if (hasVector) u = lcg.take(H, 1);
        dense = lcg.take((size_t)O * H, 1 / std::sqrt((float)H));
        denseBias = lcg.take(O, 0.1f);
    }
};
enum class Kind { LiGru, MinGru, IndRnn, Mgu, Janet };
constexpr int gatesOf(Kind k) { return k == Kind::IndRnn ? 1 : 2; }
constexpr bool seesState(Kind k) { return k != Kind::MinGru && k != Kind::IndRnn; }

// Rows of a PyTorch matrix, from one of them on, into a column-major one.
template <class M> static void fill(M&& to, const std::vector<float>& from, int firstRow = 0)
{
    for (int r = 0; r < to.rows(); r++) for (int k = 0; k < to.cols(); k++) to(r, k) = from[(size_t)(firstRow + r) * to.cols() + k];
}

namespace eigen {
// Where the state has part in all gates: one product [W U] [x; h].
template <Kind K, int I, int H> struct Cell {
    static constexpr bool U = seesState(K);
    static constexpr int G = gatesOf(K) * H, N = U ? I + H : I;
    Mat<G, N> W; Mat<G> b; Mat<H> u, hh; Mat<N> xh;
    void init(const Weights& w)
    {
        fill(W.template leftCols<I>(), w.wih);
        if constexpr (U) fill(W.template rightCols<H>(), w.whh);
        fill(b, w.bias);
        if constexpr (K == Kind::IndRnn) fill(u, w.u);
        reset();
    }
    void reset() { hh.setZero(); xh.setZero(); }
    EIGEN_STRONG_INLINE auto h() const { if constexpr (U) return xh.template tail<H>(); else return hh.template head<H>(); }
    template <class X> EIGEN_STRONG_INLINE void step(const X& x)
    {
        Mat<G> g = b;
        if constexpr (U) {
            xh.template head<I>() = x;
            g.noalias() += W * xh;
        } else {
            g.noalias() += W * x;
        }
        if constexpr (K == Kind::LiGru) {
            auto n = g.template tail<H>().array().max(0.f); auto h = xh.template tail<H>().array();
            xh.template tail<H>() = (n + g.template head<H>().array().logistic() * (h - n)).matrix();
        } else if constexpr (K == Kind::Janet) {
            auto s = g.template head<H>().array(); auto h = xh.template tail<H>().array();
            xh.template tail<H>() = (s.logistic() * h + (1 - (s - kBeta).logistic()) * g.template tail<H>().array().tanh()).matrix();
        } else if constexpr (K == Kind::MinGru) {
            hh = (hh.array() + g.template head<H>().array().logistic() * (g.template tail<H>().array() - hh.array())).matrix();
        } else {
            hh = (g.array() + u.array() * hh.array()).max(0.f).matrix();
        }
    }
};
// The candidate sees f * h: the products of the input together, those of the state one after the other.
template <int I, int H> struct Cell<Kind::Mgu, I, H> {
    Mat<2 * H, I> W; Mat<H, H> Uf, Un; Mat<2 * H> b; Mat<H> hh;
    void init(const Weights& w) { fill(W, w.wih); fill(Uf, w.whh); fill(Un, w.whh, H); fill(b, w.bias); reset(); }
    void reset() { hh.setZero(); }
    EIGEN_STRONG_INLINE const Mat<H>& h() const { return hh; }
    template <class X> EIGEN_STRONG_INLINE void step(const X& x)
    {
        Mat<2 * H> g = b;
        g.noalias() += W * x;
        g.template head<H>().noalias() += Uf * hh;
        Mat<H> f = g.template head<H>().array().logistic(), fh = f.cwiseProduct(hh);
        g.template tail<H>().noalias() += Un * fh;
        hh = (hh.array() + f.array() * (g.template tail<H>().array().tanh() - hh.array())).matrix();
    }
};
template <int H, int O> struct Dense {
    Eigen::Matrix<float, O, H, O == 1 ? Eigen::RowMajor : Eigen::ColMajor> W; Mat<O> b;
    void init(const Weights& w) { fill(W, w.dense); fill(b, w.denseBias); }
    template <class X> EIGEN_STRONG_INLINE void step(const X& h, float* y) const { Eigen::Map<Mat<O>> o(y); o = b; o.noalias() += W * h; }
};
}

namespace loops {
static inline float sigmoid(float x) { return 1.f / (1.f + std::exp(-x)); }
template <int N, int K> static inline void addMul(const float (&W)[K][N], const float* __restrict x, float* __restrict y)
{
    for (int k = 0; k < K; k++) { float v = x[k]; for (int n = 0; n < N; n++) y[n] += W[k][n] * v; }
}
template <int R, int K> static void transpose(const std::vector<float>& from, float (&to)[K][R], int firstRow = 0)
{
    for (int r = 0; r < R; r++) for (int k = 0; k < K; k++) to[k][r] = from[(size_t)(firstRow + r) * K + k];
}
template <Kind K, int I, int H> struct Cell {
    static constexpr int G = gatesOf(K) * H, P = K == Kind::Mgu ? H : G, S = seesState(K) ? H : 1, Q = K == Kind::Mgu ? H : 1;
    alignas(64) float W[I][G]; alignas(64) float U[S][P]; alignas(64) float Un[Q][H]; alignas(64) float b[G]; alignas(64) float u[H]; alignas(64) float hh[H];
    void init(const Weights& w)
    {
        transpose(w.wih, W);
        if constexpr (seesState(K)) transpose(w.whh, U);
        if constexpr (K == Kind::Mgu) transpose(w.whh, Un, H);
        memcpy(b, w.bias.data(), sizeof b);
        if constexpr (K == Kind::IndRnn) memcpy(u, w.u.data(), sizeof u);
        reset();
    }
    void reset() { memset(hh, 0, sizeof hh); }
    const float* h() const { return hh; }
    inline void step(const float* x)
    {
        alignas(64) float g[G]; memcpy(g, b, sizeof g);
        addMul<G, I>(W, x, g);
        if constexpr (seesState(K)) addMul<P, H>(U, hh, g);
        const float *s = g, *n = g + (K == Kind::IndRnn ? 0 : H);
        if constexpr (K == Kind::LiGru) {
            for (int j = 0; j < H; j++) { float c = std::max(n[j], 0.f); hh[j] = c + sigmoid(s[j]) * (hh[j] - c); }
        } else if constexpr (K == Kind::Janet) {
            for (int j = 0; j < H; j++) hh[j] = sigmoid(s[j]) * hh[j] + (1 - sigmoid(s[j] - kBeta)) * std::tanh(n[j]);
        } else if constexpr (K == Kind::MinGru) {
            for (int j = 0; j < H; j++) hh[j] += sigmoid(s[j]) * (n[j] - hh[j]);
        } else if constexpr (K == Kind::IndRnn) {
            for (int j = 0; j < H; j++) hh[j] = std::max(g[j] + u[j] * hh[j], 0.f);
        } else {
            alignas(64) float f[H], fh[H];
            for (int j = 0; j < H; j++) { f[j] = sigmoid(s[j]); fh[j] = f[j] * hh[j]; }
            addMul<H, H>(Un, fh, g + H);
            for (int j = 0; j < H; j++) hh[j] += f[j] * (std::tanh(n[j]) - hh[j]);
        }
    }
};
template <int H, int O> struct Dense {
    alignas(64) float W[O][H]; float b[O];
    void init(const Weights& w) { memcpy(W, w.dense.data(), sizeof W); memcpy(b, w.denseBias.data(), sizeof b); }
    inline void step(const float* h, float* y) const { for (int o = 0; o < O; o++) { float a = b[o]; for (int j = 0; j < H; j++) a += W[o][j] * h[j]; y[o] = a; } }
};
}

// The caller's view: a step, or a sequence, through a function that the compiler may not inline.
template <bool E, class C, class D, int I, int O> struct Net {
    C c; D d;
    EIGEN_STRONG_INLINE void one(const float* x, float* y) { if constexpr (E) c.step(Eigen::Map<const Mat<I>>(x)); else c.step(x); d.step(c.h(), y); }
    __attribute__((noinline)) void step(const float* x, float* y) { one(x, y); }
    __attribute__((noinline)) void sequence(const float* x, float* y) { c.reset(); for (int t = 0; t < kSequence; t++) one(x + t * I, y + t * O); }
};
template <class N, int I, int O> struct Streaming : Workload {
    std::unique_ptr<N> net { new N };
    std::vector<float> x = signalOf(kSignal * I), y = std::vector<float>(kSignal * O);
    explicit Streaming(const Weights& w) { net->c.init(w); net->d.init(w); }
    void run(long n) override { for (long i = 0; i < n; i++) net->step(&x[(i % kSignal) * I], &y[(i % kSignal) * O]); }
    std::vector<double> check() override { net->c.reset(); run(kCheckSteps); return { &y[(kCheckSteps - 1) * O], &y[(kCheckSteps - 1) * O] + O }; }
};
template <class N, int I, int O> struct Sequence : Streaming<N, I, O> {
    explicit Sequence(const Weights& w) : Streaming<N, I, O>(w) { this->stepsPerUnit = kSequence; this->x = signalOf(kSequence * I); this->y.resize(kSequence * O); }
    void run(long n) override { for (long i = 0; i < n; i++) this->net->sequence(this->x.data(), this->y.data()); }
    std::vector<double> check() override { run(1); return sequenceCheck(this->y, O); }
};

// Sequences in chunks of steps: products of the input, the loop, the layer on top.
template <Kind K, int I, int H, int O, int B> struct Batch : Workload {
    static constexpr int G = gatesOf(K) * H, Rows = kSequence * B, Steps = std::max(1, std::min(kSequence, kChunkBytes / (4 * G * B)));
    Mat<G, I> W; Mat<G, H> U; Mat<G> b; Mat<H> u; Mat<O, H> D; Mat<O> db;
    Mat<I, kDynamic> X; Mat<G, kDynamic> A { G, Steps * B }; Mat<H, kDynamic> Y { H, (Steps + 1) * B }; Mat<O, kDynamic> out { O, Rows }; Mat<H, B> F, FH;
    std::vector<float> y = std::vector<float>((size_t)O * Rows);
    explicit Batch(const Weights& w)
    {
        stepsPerUnit = kSequence;
        fill(W, w.wih); fill(b, w.bias); fill(D, w.dense); fill(db, w.denseBias);
        if constexpr (seesState(K)) fill(U, w.whh);
        if constexpr (K == Kind::IndRnn) fill(u, w.u);
        auto x = signalOf((size_t)I * Rows);
        X = Eigen::Map<Mat<I, kDynamic>>(x.data(), I, Rows);
    }
    EIGEN_STRONG_INLINE void step(int t)
    {
        auto g = A.template middleCols<B>(t * B); auto h = Y.template middleCols<B>(t * B); auto to = Y.template middleCols<B>((t + 1) * B);
        auto s = g.template topRows<H>().array(), n = g.template bottomRows<H>().array();
        if constexpr (K == Kind::Mgu) {
            g.template topRows<H>().noalias() += U.template topRows<H>() * h;
            F = s.logistic();
            FH = F.cwiseProduct(h);
            g.template bottomRows<H>().noalias() += U.template bottomRows<H>() * FH;
            to = (h.array() + F.array() * (n.tanh() - h.array())).matrix();
        } else if constexpr (seesState(K)) {
            g.noalias() += U * h;
            if constexpr (K == Kind::LiGru) to = (n.max(0.f) + s.logistic() * (h.array() - n.max(0.f))).matrix();
            else to = (s.logistic() * h.array() + (1 - (s - kBeta).logistic()) * n.tanh()).matrix();
        } else if constexpr (K == Kind::MinGru) {
            to = (h.array() + s.logistic() * (n - h.array())).matrix();
        } else if constexpr (B == 1) {
            to = (g.array() + u.array() * h.array()).max(0.f).matrix();
        } else {
            to = (g.array() + h.array().colwise() * u.array()).max(0.f).matrix();
        }
    }
    __attribute__((noinline)) void sequence()
    {
        Y.template leftCols<B>().setZero();
        Eigen::Map<Mat<O, kDynamic>> all(y.data(), O, Rows);
        for (int from = 0; from < kSequence; from += Steps) {
            int steps = std::min(Steps, kSequence - from);
            A.leftCols(steps * B).noalias() = W * X.middleCols(from * B, steps * B);
            A.leftCols(steps * B).colwise() += b;
            for (int t = 0; t < steps; t++) step(t);
            all.middleCols(from * B, steps * B).noalias() = D * Y.middleCols(B, steps * B);
            all.middleCols(from * B, steps * B).colwise() += db;
            Y.template leftCols<B>() = Y.template middleCols<B>(steps * B).eval();
        }
    }
    void run(long n) override { for (long i = 0; i < n; i++) sequence(); }
    std::vector<double> check() override { run(1); return sequenceCheck(y, O); }
};

template <class W> static void put(std::vector<Entry>& all, const std::string& name, Kind k, int I, int H, int O)
{
    all.push_back({ name, [=] { return std::unique_ptr<Workload>(new W(Weights(gatesOf(k), I, H, O, seesState(k), k == Kind::IndRnn))); } });
}
template <Kind K, int I, int H, int O> static void add(std::vector<Entry>& all, const std::string& kind, const std::string& cell)
{
    std::string name = cell + "-" + std::to_string(H);
    using E = Net<true, eigen::Cell<K, I, H>, eigen::Dense<H, O>, I, O>;
    using L = Net<false, loops::Cell<K, I, H>, loops::Dense<H, O>, I, O>;
    if (kind == "eigen") { put<Streaming<E, I, O>>(all, "D-" + name, K, I, H, O); put<Sequence<E, I, O>>(all, "E-" + name + "-1", K, I, H, O); }
    if (kind == "loops") { put<Streaming<L, I, O>>(all, "D-" + name, K, I, H, O); put<Sequence<L, I, O>>(all, "E-" + name + "-1", K, I, H, O); }
    if (kind == "batch") { put<Batch<K, I, H, O, 1>>(all, "E-" + name + "-1", K, I, H, O); put<Batch<K, I, H, O, 32>>(all, "E-" + name + "-32", K, I, H, O); }
}
template <Kind K> static void three(std::vector<Entry>& all, const std::string& kind, const std::string& cell)
{
    add<K, 8, 32, 1>(all, kind, cell);
    add<K, 40, 128, 12>(all, kind, cell);
    add<K, 64, 256, 10>(all, kind, cell);
}

int main(int argc, char** argv)
{
    std::string kind = argc > 1 ? argv[1] : "";
    if (kind != "eigen" && kind != "loops" && kind != "batch") { fprintf(stderr, "usage: cells eigen|loops|batch\n"); return 2; }
    std::vector<Entry> all;
    three<Kind::LiGru>(all, kind, "LiGru");
    three<Kind::MinGru>(all, kind, "MinGru");
    three<Kind::IndRnn>(all, kind, "IndRnn");
    add<Kind::Mgu, 40, 128, 12>(all, kind, "Mgu");
    add<Kind::Janet, 40, 128, 12>(all, kind, "Janet");
    std::string version = kind == "loops" ? "" : "Eigen " + std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." + std::to_string(EIGEN_MINOR_VERSION) + ", ";
    return serve(kind, version + compiler(), all);
}
