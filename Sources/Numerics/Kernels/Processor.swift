import CKernels
import COneDNN

/// What instructions this processor has, and may be used: no later ones than oneDNN is told to use, by `ONEDNN_MAX_CPU_ISA`
/// (`AVX2`, `AVX512_CORE`, ...). So that one variable shows what the program does on an older processor.
package enum Processor {
  /// Whether factors of products may be bfloat16.
  package static let multipliesBF16 = tb_multiplies_bf16() != 0 && mayUse(dnnl_cpu_isa_avx512_core_bf16)

  /// The best of `search_level`; results are the same bits at all that have fused multiply-adds.
  static let searchLevel: Int32 = {
    let most =
      mayUse(dnnl_cpu_isa_avx512_core_vnni)
      ? SEARCH_VNNI
      : mayUse(dnnl_cpu_isa_avx512_core)
        ? SEARCH_AVX512 : mayUse(dnnl_cpu_isa_avx2) ? SEARCH_AVX2 : SEARCH_GENERIC
    return min(search_best_level(), Int32(most.rawValue))
  }()

  /// oneDNN's sets of instructions are bits, each with those of all that it includes.
  private static func mayUse(_ set: dnnl_cpu_isa_t) -> Bool {
    dnnl_get_effective_cpu_isa().rawValue & set.rawValue == set.rawValue
  }
}
