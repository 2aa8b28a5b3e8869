import Files
import Foundation
import Glibc

/// The target that `TOWERBOOK_FUZZ_TARGET` names, and a folder for it alone.
private let chosen: (target: FuzzTarget, folder: String) = {
  let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
  guard let name = ProcessInfo.processInfo.environment["TOWERBOOK_FUZZ_TARGET"],
    let target = FuzzTarget(rawValue: name)
  else {
    StandardError.line("TOWERBOOK_FUZZ_TARGET must be one of \(names)")
    exit(2)
  }
  let folder = FilePaths.join(NSTemporaryDirectory(), "towerbook-fuzz-\(name)-\(getpid())")
  do { try Folders.make(folder) } catch {
    StandardError.line("\(error)")
    exit(2)
  }
  return (target, folder)
}()

/// What libFuzzer calls once, before the first input.
@_cdecl("towerbook_fuzz_begin")
package func beginFuzzing() { _ = chosen }

/// What libFuzzer calls with each input.
@_cdecl("towerbook_fuzz")
package func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) {
  chosen.target.take(UnsafeRawBufferPointer(start: bytes, count: count), in: chosen.folder)
}
