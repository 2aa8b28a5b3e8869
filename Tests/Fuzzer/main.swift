import Files
import Foundation
import FuzzTargets
import Glibc

// usage: Fuzzer TARGET SECONDS SEED FILE…
// Takes the files once each, and then ones made of them at random. What crashes the process, or takes longer than 20 s, was written
// to FOLDER/last-input, where FOLDER is `towerbook-fuzz-TARGET` in the folder for temporary files.

let arguments = CommandLine.arguments
guard arguments.count > 4, let target = FuzzTarget(rawValue: arguments[1]),
  let seconds = Double(arguments[2]),
  let seed = Int(arguments[3])
else {
  StandardError.line("usage: Fuzzer TARGET SECONDS SEED FILE…")
  StandardError.line("TARGET is one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
  exit(2)
}
let folder = FilePaths.join(NSTemporaryDirectory(), "towerbook-fuzz-\(target.rawValue)")
let inputs = try arguments.dropFirst(4).map { try MappedFile.read($0) }
try Folders.make(folder)
var count = 0

func take(_ input: [UInt8]) throws {
  try AtomicFile.write(to: FilePaths.join(folder, "last-input")) { try $0.append(input) }
  alarm(20)
  input.withUnsafeBytes { target.take($0, in: folder) }
  alarm(0)
  count += 1
}

let end = Date(timeIntervalSinceNow: seconds)
for input in inputs { try take(input) }
while Date() < end {
  var mutator = Mutator(seed: seed, stream: count)
  try take(mutator.changed(inputs[count % inputs.count], with: inputs))
}
print("\(target.rawValue): \(count) inputs, none too much")
try Folders.remove(folder)
