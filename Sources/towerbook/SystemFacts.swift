import Files
import Glibc
import Memory
import Numerics
import Report

/// What machine this is and which libraries the program runs with.
enum SystemFacts {
  /// The processors this process may use.
  static var processors: Int { Threads.available.count }

  /// The processor's name, or `unknown`.
  static var processor: String { processorField("model name") ?? "unknown" }

  /// The vector instructions this processor has that kernels are built for, widest first.
  static var vectorInstructions: [String] {
    let flags = Set((processorField("flags") ?? "").split(separator: " ").map(String.init))
    return ["avx512_bf16", "avx512_vnni", "avx512f", "avx2", "fma", "sse4_2"].filter(flags.contains)
  }

  /// The memory of the machine in bytes, or nil.
  static var memory: Int? {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let size = sysconf(Int32(_SC_PAGESIZE))
    return pages > 0 && size > 0 ? pages * size : nil
  }

  /// The operating system's name.
  static var system: String {
    guard let release = SystemFile.text("/etc/os-release") else { return "Linux" }
    let line = release.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
    return line.map { $0.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" } } ?? "Linux"
  }

  /// Names and versions for reports.
  static var versions: [(name: String, version: String)] {
    [("towerbook", Version.current)] + LibraryVersions.all
      + [
        ("System", system), ("Processor", processor),
        ("Vector instructions", vectorInstructions.joined(separator: ", ")),
      ]
  }

  /// What a benchmark says of the machine and of the versions it measured.
  static var machine: [(name: String, value: String)] {
    let memory = memory.map { [(name: "Memory", value: NumberFormat.bytes($0))] } ?? []
    return [(name: "Processor", value: "\(processor), \(processors) for this process")]
      + [(name: "Vector instructions", value: vectorInstructions.joined(separator: ", "))] + memory
      + [(name: "System", value: system), (name: "towerbook", value: Version.current)]
      + LibraryVersions.all.map { (name: $0.name, value: $0.version) } + [
        (name: "BLAS", value: LibraryVersions.blas)
      ]
  }

  /// The path of this program, also where it was found through `PATH`.
  static func executable() throws -> String {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    guard readlink("/proc/self/exe", &path, path.count - 1) > 0 else {
      throw FileError("cannot read", "/proc/self/exe")
    }
    return path.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
  }

  private static func processorField(_ name: String) -> String? {
    guard let facts = SystemFile.text("/proc/cpuinfo") else { return nil }
    for line in facts.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2, parts[0].split(whereSeparator: \.isWhitespace).joined(separator: " ") == name {
        return parts[1].split(whereSeparator: \.isWhitespace).joined(separator: " ")
      }
    }
    return nil
  }
}
