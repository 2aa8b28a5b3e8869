import CFaiss
import COneDNN

/// The versions of the numeric libraries the program runs with.
package enum LibraryVersions {
  /// Names and versions, in a fixed order.
  package static var all: [(name: String, version: String)] {
    let oneDNN = dnnl_version().map { "\($0.pointee.major).\($0.pointee.minor).\($0.pointee.patch)" }
    return [("oneDNN", oneDNN ?? "unknown"), ("FAISS", String(cString: faiss_shim_version()))]
  }

  /// What the OpenBLAS under FAISS says of itself: its version, how it was built, the processor it took this one for.
  package static var blas: String { String(cString: faiss_shim_blas()) }
}
