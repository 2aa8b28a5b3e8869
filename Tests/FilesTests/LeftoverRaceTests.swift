import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import Files

@Suite("Files that are written while others clear up")
struct LeftoverRaceTests {
  @Test("a file is its writer's from its first byte until it has its name")
  func race() throws {
    let folder = try ScratchFolder()
    let isOver = Atomic<Bool>(false)
    let failures = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 2) { part in
      if part == 0 {
        while !isOver.load(ordering: .relaxed) { Leftovers.remove(in: folder.path) }
        return
      }
      for number in 0..<3000 {
        do { try AtomicFile.write("\(number)", to: FilePaths.join(folder.path, "a")) } catch {
          failures.withLock { $0.append("\(number): \(error)") }
        }
      }
      isOver.store(true, ordering: .relaxed)
    }
    #expect(failures.withLock { $0 } == [])
    #expect(try MappedFile.readText(FilePaths.join(folder.path, "a")) == "2999")
    #expect(try FilePaths.list(folder.path) == ["a"])
  }
}
