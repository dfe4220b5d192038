// What one core can do, as a worker beside the peers: the roof that measured times are held against.
//   fma512, fma256        a unit is a million floating-point operations, two of them a lane of a fused multiply-add
//   read512:N, read256:N  a unit is one read of N bytes front to back, a fused multiply-add with a memory operand for each vector
// In assembly, so that no compiler spills an accumulator.
#include "worker.h"

#define CLOBBER "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"
#define ONE(r, n) "vfmadd231ps %%" r "12, %%" r "13, %%" r #n "\n\t"
#define TWELVE(r) ONE(r, 0) ONE(r, 1) ONE(r, 2) ONE(r, 3) ONE(r, 4) ONE(r, 5) ONE(r, 6) ONE(r, 7) ONE(r, 8) ONE(r, 9) ONE(r, 10) ONE(r, 11)
#define READ(r, w, n) "vfmadd231ps " #n "*" w "(%0), %%" r "12, %%" r #n "\n\t"
#define EIGHT(r, w) READ(r, w, 0) READ(r, w, 1) READ(r, w, 2) READ(r, w, 3) READ(r, w, 4) READ(r, w, 5) READ(r, w, 6) READ(r, w, 7)

struct Fma : Workload {
    bool wide;
    explicit Fma(bool w) : wide(w) {}
    void run(long n) override
    {
        asm volatile("vzeroall" ::: CLOBBER);
        long blocks = (long)(n * 1e6 / (96.0 * (wide ? 32 : 16)));
        if (wide) for (long i = 0; i < blocks; i++) asm volatile(".rept 8\n\t" TWELVE("zmm") ".endr" ::: CLOBBER);
        else for (long i = 0; i < blocks; i++) asm volatile(".rept 8\n\t" TWELVE("ymm") ".endr" ::: CLOBBER);
    }
};
struct Read : Workload {
    bool wide; size_t bytes; char* memory;
    Read(bool w, size_t b) : wide(w), bytes((b + 511) / 512 * 512), memory((char*)std::aligned_alloc(4096, (bytes + 4095) / 4096 * 4096))
    {
        float* f = (float*)memory;
        for (size_t i = 0; i < bytes / 4; i++) f[i] = 1e-3f;
        stepsPerUnit = (double)bytes / b;
    }
    ~Read() override { std::free(memory); }
    void run(long n) override
    {
        asm volatile("vzeroall" ::: CLOBBER);
        for (long i = 0; i < n; i++) {
            const char *at = memory, *end = memory + bytes;
            if (wide) asm volatile("1:\n\t" EIGHT("zmm", "64") "add $512, %0\n\tcmp %1, %0\n\tjb 1b" : "+r"(at) : "r"(end) : "memory", "cc", CLOBBER);
            else asm volatile("1:\n\t" EIGHT("ymm", "32") "add $256, %0\n\tcmp %1, %0\n\tjb 1b" : "+r"(at) : "r"(end) : "memory", "cc", CLOBBER);
        }
    }
};

// The sizes to read come as arguments, since a worker says at its start what it has.
int main(int argc, char** argv)
{
    std::vector<Entry> all;
    bool has512 = __builtin_cpu_supports("avx512f");
    for (bool wide : { true, false }) {
        if (wide && !has512) continue;
        std::string width = wide ? "512" : "256";
        all.push_back({ "fma" + width, [=] { return std::unique_ptr<Workload>(new Fma(wide)); } });
        for (int i = 1; i < argc; i++) {
            size_t bytes = std::strtoull(argv[i], nullptr, 10);
            if (bytes == 0) { fprintf(stderr, "not a number of bytes: %s\n", argv[i]); return 2; }
            all.push_back({ "read" + width + ":" + argv[i], [=] { return std::unique_ptr<Workload>(new Read(wide, bytes)); } });
        }
    }
    return serve("limits", __VERSION__, all);
}
