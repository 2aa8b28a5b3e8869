import Foundation

/// A PostgreSQL server of a test's own with pgvector at hand: it listens on a socket in a temporary folder alone.
package final class PostgresPeer {
  /// The folder of its programs: Debian's, else that of the Python package `pgserver`; nil where there is none, or no pgvector.
  package static let folder: String? = {
    let files = FileManager.default
    let versions = (try? files.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    let debian = versions.sorted().reversed().first { version in
      files.fileExists(atPath: "/usr/share/postgresql/\(version)/extension/vector.control")
        && files.isExecutableFile(atPath: "/usr/lib/postgresql/\(version)/bin/initdb")
    }
    if let debian { return "/usr/lib/postgresql/\(debian)/bin" }
    let code = "import importlib.util as u; print(u.find_spec('pgserver').submodule_search_locations[0])"
    guard let python = PythonPeer.having("pgserver"), let place = try? python.run(["-c", code]).output else {
      return nil
    }
    let folder = place.trimmingCharacters(in: .whitespacesAndNewlines) + "/pginstall/bin"
    guard files.isExecutableFile(atPath: folder + "/initdb") else { return nil }
    // Another user has to run it, who may not be let into a folder of root's.
    let version = try? PythonPeer.execute(user + ["\(folder)/initdb", "--version"])
    return version?.status == 0 ? folder : nil
  }()

  /// The server refuses to be root's.
  private static let user =
    geteuid() == 0 ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : []

  private let place: String

  /// Makes a cluster and starts it.
  package init() throws {
    // A socket's path may have 107 bytes.
    place = "/tmp/towerbook-pg-\(getpid())-\(UInt32.random(in: .min ... .max))"
    guard let folder = Self.folder else { throw CocoaError(.fileNoSuchFile) }
    if !Self.user.isEmpty {
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      try check(["chown", "nobody", place])
    }
    try check(
      Self.user + [
        "\(folder)/initdb", "-D", "\(place)/data", "-A", "trust", "-U", "tester", "-E", "UTF8", "-N",
      ]
    )
    try check(
      Self.user + [
        "\(folder)/pg_ctl", "-D", "\(place)/data", "-w", "-l", "\(place)/log", "-o",
        "-c listen_addresses='' -c unix_socket_directories=\(place) -c fsync=off", "start",
      ]
    )
  }

  /// Runs psql on it; what it says on both streams is one text.
  package func psql(_ arguments: [String]) throws -> (status: Int32, output: String) {
    try PythonPeer.execute(
      [
        "\(Self.folder ?? "")/psql", "-X", "-h", place, "-U", "tester", "-d", "postgres", "-v",
        "ON_ERROR_STOP=1",
      ] + arguments
    )
  }

  /// Stops it and takes its files away.
  package func stop() {
    guard let folder = Self.folder else { return }
    try? check(Self.user + ["\(folder)/pg_ctl", "-D", "\(place)/data", "-m", "immediate", "stop"])
    try? FileManager.default.removeItem(atPath: place)
  }

  private func check(_ arguments: [String]) throws {
    // A server that goes on would keep open what `Process` waits for to be closed.
    let closing = """
      for place in /proc/self/fd/*; do number=${place##*/}; [ "$number" -gt 2 ] && eval "exec $number>&-"; done; exec "$@"
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["bash", "-c", closing, "bash"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: "/")
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CocoaError(
        .executableLoad,
        userInfo: [NSLocalizedDescriptionKey: arguments.joined(separator: " ")]
      )
    }
  }
}
