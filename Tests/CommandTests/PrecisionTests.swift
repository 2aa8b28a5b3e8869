import Foundation
import Testing

/// `train.precision` from the command line. What a processor without AVX-512 BF16 does is shown on any, as the program uses
/// no later instructions than oneDNN is told to.
@Suite("Precision")
struct PrecisionTests {
  static let old = ["ONEDNN_MAX_CPU_ISA": "AVX2"]
  static let hasBF16 =
    (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.contains("avx512_bf16") == true

  @Test("bfloat16 is refused where the processor lacks it, by check and by run, with what to set instead")
  func refused() throws {
    let place = try Workplace()
    for words in [["check", "r.yaml"], ["run", "r.yaml", "--output", "o", "-q"]] {
      let outcome = try place.run(words + ["train.precision=bf16"], environment: Self.old)
      #expect(outcome.status == 2, "\(outcome.errors)")
      #expect(outcome.errors.contains("'bf16' takes a processor with AVX-512 BF16 or AMX"))
      #expect(outcome.errors.contains("set 'precision: float32'"))
      #expect(!place.exists("o"))
    }
    let outcome = try place.run(["check", "r.yaml", "train.precision=float32"], environment: Self.old)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test(
    "weights are the same bytes with one thread and with two, and others than in Float32",
    .enabled(if: hasBF16, "this processor has neither AVX-512 BF16 nor AMX")
  )
  func threads() throws {
    let place = try Workplace()
    var weights: [Data] = []
    for (output, words) in [
      ("a", ["train.precision=bf16", "--threads", "1"]), ("b", ["train.precision=bf16", "--threads", "2"]),
      ("c", ["--threads", "2"]),
    ] {
      let outcome = try place.run(
        ["run", "r.yaml", "--output", output, "--cache", "cache-\(output)", "-q"] + words
      )
      #expect(outcome.status == 0, "\(outcome.errors)")
      weights.append(
        try Data(contentsOf: URL(fileURLWithPath: "\(place.path)/\(output)/model/weights.safetensors"))
      )
    }
    #expect(weights[0] == weights[1])
    #expect(weights[0] != weights[2])
  }
}
