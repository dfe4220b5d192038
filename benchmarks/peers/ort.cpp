// Peer: ONNX Runtime through its C API, preallocated tensors. Workloads A and B, from the models that make_onnx.py writes.
// Needs no ONNX Runtime header: the library is opened at run time, and the few entries of its (append-only) function table that are
// needed here are called by their index.
// Usage: ort LIBRARY MODELS [avx2]
#include <dlfcn.h>
#include "hide_avx512.h"
#include "worker.h"

using P = void*;
struct ApiBase { const void* const* (*getApi)(uint32_t); const char* (*version)(); };
static const void* const* api;
enum { kErrorMessage = 2, kCreateEnv = 3, kCreateSession = 7, kRun = 9, kCreateOptions = 10, kExecutionMode = 13, kOptimization = 23, kIntraThreads = 24, kInterThreads = 25, kTensor = 49, kMemoryInfo = 69 };
template <class F> static F* slot(int i) { return (F*)api[i]; }
static void ok(P status) { if (status) throw std::runtime_error(slot<const char*(P)>(kErrorMessage)(status)); }

static P environment, memoryInfo;
static std::string models;
static P tensor(std::vector<float>& d, std::vector<int64_t> shape)
{
    size_t n = 1;
    for (auto s : shape) n *= s;
    d.resize(n);
    P v = nullptr;
    ok(slot<P(P, void*, size_t, const int64_t*, size_t, int, P*)>(kTensor)(memoryInfo, d.data(), n * 4, shape.data(), shape.size(), 1 /*float*/, &v));
    return v;
}
static P session(const std::string& name)
{
    P o = nullptr, s = nullptr;
    ok(slot<P(P*)>(kCreateOptions)(&o));
    ok(slot<P(P, int)>(kIntraThreads)(o, 1)); ok(slot<P(P, int)>(kInterThreads)(o, 1));
    ok(slot<P(P, int)>(kExecutionMode)(o, 0)); ok(slot<P(P, int)>(kOptimization)(o, 99));
    ok(slot<P(P, const char*, P, P*)>(kCreateSession)(environment, (models + "/" + name + ".onnx").c_str(), o, &s));
    return s;
}
static P call(P session, const char* const* in, const P* inputs, size_t nIn, const char* const* out, size_t nOut, P* outputs)
{
    return slot<P(P, P, const char* const*, const P*, size_t, const char* const*, size_t, P*)>(kRun)(session, nullptr, in, inputs, nIn, out, nOut, outputs);
}

struct Streaming : Workload {
    NetSpec spec; P model; int a = 0;
    std::vector<std::string> names[2];
    std::vector<const char*> in, out;
    std::vector<float> X, Y, S[2][4], signal, y;
    std::vector<P> inputs[2], outputs[2];   // states change places between two sets
    explicit Streaming(const NetSpec& s) : spec(s), model(session(s.name + "_stream")), signal(signalOf((size_t)kSignal * s.inputs())), y((size_t)kSignal * s.outputs)
    {
        std::vector<int> sizes;
        names[0] = { "x" }; names[1] = { "y" };
        for (size_t k = 0; k < s.layers.size(); k++) for (const char* q : { "h", "c" }) {
            if (*q == 'c' && s.layers[k].kind != 'L') continue;
            names[0].push_back(q + std::to_string(k)); names[1].push_back(q + std::to_string(k) + "o"); sizes.push_back(s.layers[k].units);
        }
        for (auto& n : names[0]) in.push_back(n.c_str());
        for (auto& n : names[1]) out.push_back(n.c_str());
        P vx = tensor(X, { 1, 1, s.inputs() }), vy = tensor(Y, { 1, s.outputs });
        std::vector<P> states[2];
        for (int b = 0; b < 2; b++) for (size_t k = 0; k < sizes.size(); k++) states[b].push_back(tensor(S[b][k], { 1, 1, sizes[k] }));
        for (int b = 0; b < 2; b++) {
            inputs[b] = { vx }; outputs[b] = { vy };
            inputs[b].insert(inputs[b].end(), states[b].begin(), states[b].end());
            outputs[b].insert(outputs[b].end(), states[1 - b].begin(), states[1 - b].end());
        }
    }
    void run(long n) override
    {
        int I = spec.inputs(), O = spec.outputs;
        for (long i = 0; i < n; i++, a ^= 1) {
            memcpy(X.data(), &signal[(i % kSignal) * I], I * 4);
            ok(call(model, in.data(), inputs[a].data(), in.size(), out.data(), out.size(), outputs[a].data()));
            memcpy(&y[(i % kSignal) * O], Y.data(), O * 4);
        }
    }
    std::vector<double> check() override
    {
        for (auto& set : S) for (auto& s : set) std::fill(s.begin(), s.end(), 0.f);
        run(kCheckSteps);
        return { &y[(kCheckSteps - 1) * spec.outputs], &y[(kCheckSteps - 1) * spec.outputs] + spec.outputs };
    }
};
struct Sequences : Workload {
    NetSpec spec; P model, vx, vy; std::vector<float> X, Y;
    Sequences(const NetSpec& s, int B) : spec(s), model(session(s.name + "_seq_" + std::to_string(B)))
    {
        stepsPerUnit = kSequence;
        X = signalOf((size_t)kSequence * B * s.inputs());
        vx = tensor(X, { kSequence, B, s.inputs() }); vy = tensor(Y, { kSequence, B, s.outputs });
    }
    void run(long n) override { const char *in = "x", *out = "y"; for (long i = 0; i < n; i++) ok(call(model, &in, &vx, 1, &out, 1, &vy)); }
    std::vector<double> check() override { run(1); return sequenceCheck(Y, spec.outputs); }
};

int main(int argc, char** argv)
{
    if (argc < 3) { fprintf(stderr, "usage: ort LIBRARY MODELS [avx2]\n"); return 2; }
    models = argv[2];
    bool avx2 = argc > 3 && !strcmp(argv[3], "avx2");
    if (avx2 && !hide_avx512::begin()) { fprintf(stderr, "this processor or kernel cannot trap CPUID, so AVX-512 cannot be hidden from ONNX Runtime\n"); return 1; }
    P library = dlopen(argv[1], RTLD_NOW);
    if (!library) { fprintf(stderr, "%s\n", dlerror()); return 1; }
    auto base = ((ApiBase * (*)()) dlsym(library, "OrtGetApiBase"))();
    api = base->getApi(17);
    if (!api) { fprintf(stderr, "ONNX Runtime %s has no API 17\n", base->version()); return 1; }
    ok(slot<P(int, const char*, P*)>(kCreateEnv)(3, "bench", &environment));
    ok(slot<P(int, int, P*)>(kMemoryInfo)(0, 0, &memoryInfo));
    std::vector<Entry> all;
    for (auto& n : networks()) {
        if (n.name[0] != 'A') continue;
        all.push_back({ n.name, [n] { return std::unique_ptr<Workload>(new Streaming(n)); } });
        for (int B : { 1, 32 }) all.push_back({ "B-" + n.name + "-" + std::to_string(B), [n, B] { return std::unique_ptr<Workload>(new Sequences(n, B)); } });
    }
    return serve("ort", std::string("ONNX Runtime ") + base->version(), all);
}
