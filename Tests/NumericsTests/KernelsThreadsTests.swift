import Foundation
import Glibc
import Memory
import Testing

@testable import Numerics

@Suite("threads")
struct KernelsThreadsTests {
  @Test("every task is done once, whatever the number of threads", arguments: [1, 2, 3, 8])
  func everyTaskOnce(threads: Int) {
    for tasks in [0, 1, 2, 7, 1_000] {
      let counts = Storage<Int32>(repeating: 0, count: max(tasks, 1))
      for _ in 0..<50 { Threads(threads).forEach(tasks) { counts[$0] += 1 } }
      #expect((0..<tasks).allSatisfy { counts[$0] == 50 })
    }
  }

  @Test("a loop within a task runs on the task's thread")
  func nested() {
    let sums = Storage<Int32>(repeating: 0, count: 8)
    Threads(4).forEach(8) { outer in Threads(4).forEach(100) { sums[outer] += Int32($0) } }
    #expect((0..<8).allSatisfy { sums[$0] == 4_950 })
  }

  @Test("so does one within a task of a loop that found the pool taken, which was given back meanwhile")
  func nestedInTakenPool() {
    let (taken, given, over) = (
      DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
    )
    Thread {
      Threads(2).forEach(2) { task in
        guard task == 0 else { return }
        taken.signal()
        given.wait()
      }
      over.signal()
    }.start()
    taken.wait()
    let caller = UInt(pthread_self())
    let owners = Storage<UInt>(repeating: 0, count: 200)
    Threads(4).forEach(2) { outer in
      if outer == 0 {
        given.signal()
        over.wait()
      }
      guard UInt(pthread_self()) == caller else { return }
      Threads(4).forEach(100) { owners[100 * outer + $0] = UInt(pthread_self()) }
    }
    #expect((0..<200).allSatisfy { owners[$0] == caller || owners[$0] == 0 })
  }

  @Test("ranges cover everything without overlap")
  func ranges() {
    let counts = Storage<Int32>(repeating: 0, count: 1_001)
    Threads(2).forEachRange(of: 1_001, size: 64) { range in for index in range { counts[index] += 1 } }
    Threads(2).forEachRange(of: 1_001, pieces: 7) { range in for index in range { counts[index] += 1 } }
    #expect((0..<1_001).allSatisfy { counts[$0] == 2 })
    Threads(2).forEachRange(of: 0, size: 64) { _ in Issue.record("there is nothing to cover") }
  }

  @Test("the calling thread has the first task, however fast the others are", arguments: [1, 2, 4])
  func firstTask(threads: Int) {
    let caller = UInt(pthread_self())
    let owners = Storage<UInt>(repeating: 0, count: threads)
    for _ in 0..<200 {
      Threads(threads).forEach(threads) { owners[$0] = UInt(pthread_self()) }
      #expect(owners[0] == caller)
    }
  }

  @Test("loops started on several threads at once each do all of their tasks")
  func concurrent() async {
    let sums = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let counts = Storage<Int32>(repeating: 0, count: 500)
          for _ in 0..<20 { Threads(3).forEach(500) { counts[$0] += 1 } }
          return (0..<500).reduce(0) { $0 + Int(counts[$1]) }
        }
      }
      return await group.reduce(into: [Int]()) { $0.append($1) }
    }
    #expect(sums == [10_000, 10_000, 10_000, 10_000])
  }

  @Test("a count below one means one")
  func atLeastOne() {
    #expect(Threads(0).count == 1 && Threads(-3).count == 1)
    #expect(Threads.available.count >= 1)
  }
}
