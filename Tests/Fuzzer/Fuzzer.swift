import Files
import Foundation
import FuzzTargets
import Glibc

/// Takes files as inputs of a target, once each, and then ones made of them at random.
///
/// usage: Fuzzer TARGET SECONDS SEED FILE…
///
/// What crashes the process, or takes longer than 20 s, was written to FOLDER/last-input, where FOLDER is
/// `towerbook-fuzz-TARGET` in the folder for temporary files.
@main
struct Fuzzer {
  private let target: FuzzTarget
  private let folder: String
  private let inputs: [[UInt8]]
  private let seed: Int
  private var count = 0

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 4, let target = FuzzTarget(rawValue: arguments[1]),
      let seconds = Double(arguments[2]), let seed = Int(arguments[3])
    else {
      StandardError.line("usage: Fuzzer TARGET SECONDS SEED FILE…")
      StandardError.line("TARGET is one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
      exit(2)
    }
    var fuzzer = Fuzzer(
      target: target,
      folder: FilePaths.join(NSTemporaryDirectory(), "towerbook-fuzz-\(target.rawValue)"),
      inputs: try arguments.dropFirst(4).map { try MappedFile.read($0) },
      seed: seed
    )
    try fuzzer.run(seconds: seconds)
  }

  private mutating func run(seconds: Double) throws {
    try Folders.make(folder)
    let end = Date(timeIntervalSinceNow: seconds)
    for input in inputs { try take(input) }
    while Date() < end {
      var mutator = Mutator(seed: seed, stream: count)
      try take(mutator.changed(inputs[count % inputs.count], with: inputs))
    }
    print("\(target.rawValue): \(count) inputs, none too much")
    try Folders.remove(folder)
  }

  private mutating func take(_ input: [UInt8]) throws {
    try AtomicFile.write(to: FilePaths.join(folder, "last-input")) { try $0.append(input) }
    alarm(20)
    input.withUnsafeBytes { target.take($0, in: folder) }
    alarm(0)
    count += 1
  }
}
