import Files
import Synchronization

/// The digests of files that were read before, for who asks for keys again and again; safe to share between threads.
package final class DigestMemo: Sendable {
  private let known = Mutex<[String: (stamp: FileStamp, digest: Digest)]>([:])

  /// An empty memo.
  package init() {}

  /// The digest of the file at `path`; nil where it is not known, or of another stamp.
  func digest(of path: String, _ stamp: FileStamp) -> Digest? {
    known.withLock { known in known[path].flatMap { $0.stamp == stamp ? $0.digest : nil } }
  }

  /// Keeps the digest of the file at `path`, which had this stamp before it was read.
  func keep(_ digest: Digest, of path: String, _ stamp: FileStamp) {
    known.withLock { $0[path] = (stamp, digest) }
  }
}
