import CLibFuzzer
import Files
import Foundation
import FuzzTargets
import Glibc

// usage: Fuzzer TARGET [arguments of libFuzzer]
// Built with `--sanitize fuzzer` (see .ci/fuzz) it looks for inputs that reach new code. Built without, it takes the files that
// are named once each, and then ones made of them at random, for SECONDS: Fuzzer TARGET SECONDS SEED FILE…

/// What every input needs; C calls back without a context.
enum Fuzzer {
  nonisolated(unsafe) static var target = FuzzTarget.recipe
  nonisolated(unsafe) static var folder = ""

  static func take(_ bytes: UnsafeRawBufferPointer) { target.take(bytes, in: folder) }

  /// Changes files at random for some seconds; the number of inputs.
  static func mutate(seconds: Double, seed: Int, _ inputs: [[UInt8]]) -> Int {
    var count = 0
    func take(_ input: [UInt8]) throws {
      // What crashes is what was written last.
      try AtomicFile.write(to: FilePaths.join(folder, "last-input")) { try $0.append(input) }
      input.withUnsafeBytes { Fuzzer.take($0) }
      count += 1
    }
    let end = Date(timeIntervalSinceNow: seconds)
    do {
      for input in inputs { try take(input) }
      while Date() < end {
        var mutator = Mutator(seed: seed, stream: count)
        try take(mutator.changed(inputs[count % inputs.count], with: inputs))
      }
    } catch {
      StandardError.line("\(error)")
    }
    return count
  }
}

let arguments = CommandLine.arguments
guard arguments.count > 1, let target = FuzzTarget(rawValue: arguments[1]) else {
  StandardError.line(
    "usage: Fuzzer TARGET …, one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))"
  )
  exit(2)
}
Fuzzer.target = target
Fuzzer.folder = FilePaths.join(NSTemporaryDirectory(), "towerbook-fuzz-\(target.rawValue)-\(getpid())")
try Folders.make(Fuzzer.folder)
var words = ([arguments[0]] + arguments.dropFirst(2)).map { strdup($0) }
let code = words.withUnsafeMutableBufferPointer { words in
  tb_fuzz(Int32(words.count), words.baseAddress) { bytes, count in
    Fuzzer.take(UnsafeRawBufferPointer(start: bytes, count: count))
    return 0
  }
}
guard code < 0 else { exit(code) }
guard arguments.count > 4, let seconds = Double(arguments[2]), let seed = Int(arguments[3]) else {
  StandardError.line("usage: Fuzzer TARGET SECONDS SEED FILE…")
  exit(2)
}
let inputs = try arguments.dropFirst(4).map { try MappedFile.read($0) }
print("\(target.rawValue): \(Fuzzer.mutate(seconds: seconds, seed: seed, inputs)) inputs")
try Folders.remove(Fuzzer.folder)
