// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [.unsafeFlags(["-warnings-as-errors"])]
let fast: [CSetting] = [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])]

// An HTTP server. What Hummingbird stands on declares a module that is called as one of ours; only who names it can rename it.
let http: [Target.Dependency] = [
  .product(name: "Hummingbird", package: "hummingbird"),
  .product(name: "HummingbirdCore", package: "hummingbird"),
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "Numerics", package: "swift-numerics", moduleAliases: ["Numerics": "SwiftNumerics"]),
]

let package = Package(
  name: "towerbook",
  products: [.executable(name: "towerbook", targets: ["towerbook"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0", traits: []),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
  ],
  targets: [
    // System libraries.
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CCmark",
      pkgConfig: "libcmark-gfm",
      providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]
    ),
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    .target(
      name: "CFaiss",
      dependencies: ["CXXHash"],
      cxxSettings: [.headerSearchPath("omp"), .unsafeFlags(["-O2", "-Wall", "-Werror"])],
      linkerSettings: ["faiss", "openblas", "gomp", "stdc++"].map { .linkedLibrary($0) }
    ),
    .target(
      name: "CSimdjson",
      cxxSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror", "-std=c++17"])],
      linkerSettings: ["simdjson", "stdc++"].map { .linkedLibrary($0) }
    ),
    .target(name: "CThreads", cSettings: fast, linkerSettings: [.linkedLibrary("gomp")]),
    .target(name: "CFaults", cSettings: fast),
    .target(name: "CKernels", cSettings: fast, linkerSettings: [.linkedLibrary("m")]),
    // What others' files are made of, as their own programs describe it; `.pb.swift` is generated.
    .target(
      name: "Messages",
      dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["onnx.proto", "tensorboard.proto"],
      swiftSettings: strict
    ),
    // The rooms: arrows point down this list only.
    .target(name: "Memory", dependencies: ["CThreads"], swiftSettings: strict),
    .target(name: "Files", dependencies: ["CFaults", "CXXHash"], swiftSettings: strict),
    .target(name: "Recipe", dependencies: ["Files", "CYAML"], swiftSettings: strict),
    .target(
      name: "Report",
      dependencies: ["Files", "CCmark", "CCrypto"],
      resources: [
        .embedInCode("HTML/report.css"), .embedInCode("HTML/report.js"), .embedInCode("HTML/combobox.js"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "Notebook",
      dependencies: [
        "Messages", "Memory", "Files", "Recipe", "Report", .product(name: "Logging", package: "swift-log"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "Parquet",
      dependencies: ["Memory", "Files", "CZlib", "CZstd", "CSnappy", "CLZ4", "CBrotli"],
      swiftSettings: strict
    ),
    .target(
      name: "Tables",
      dependencies: ["Parquet", "Memory", "Files", "CZlib", "CZstd", "CSimdjson"],
      swiftSettings: strict
    ),
    .target(name: "Clicks", dependencies: ["Tables", "Memory", "Files"], swiftSettings: strict),
    .target(
      name: "Numerics",
      dependencies: ["COneDNN", "CFaiss", "CKernels", "Memory", "Files"],
      swiftSettings: strict
    ),
    .target(
      name: "Recall",
      dependencies: [
        "Messages", "Parquet", "Tables", "Clicks", "Numerics", "Memory", "Files", "CZlib", "CZstd",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Exports/FORMAT.md", "Exports/HNSWLIB.md", "Exports/ONNX.md"],
      swiftSettings: strict
    ),
    .target(
      name: "Steps",
      dependencies: [
        "Notebook", "Recall", "Tables", "Clicks", "Numerics", "Memory", "Recipe", "Report", "Files",
        "CCrypto",
      ],
      resources: [
        .embedInCode("Resources/quickstart.yaml"), .embedInCode("Resources/live-model.js"),
        .embedInCode("Resources/live-page.js"), .embedInCode("Resources/live.css"),
        .embedInCode("Resources/live.html"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "Sweep",
      dependencies: [
        "Notebook", "Recipe", "Report", "Memory", "Files",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "Editor",
      dependencies: ["Sweep", "Notebook", "Recipe", "Report", "Files"],
      swiftSettings: strict
    ),
    .target(
      name: "Benchmark",
      dependencies: [
        "Steps", "Recall", "Parquet", "Tables", "Clicks", "Notebook", "Numerics", "Memory", "Recipe",
        "Report",
        "Files", "CFaiss",
      ],
      swiftSettings: strict
    ),
    .target(
      name: "Web",
      dependencies: [
        "Files", .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
      ] + http,
      swiftSettings: strict
    ),
    .target(
      name: "Service",
      dependencies: ["Recall", "Report", "Web", "Files"] + http,
      resources: [
        .embedInCode("openapi.json"), .embedInCode("Page/page.html"), .embedInCode("Page/page.css"),
        .embedInCode("Page/page.js"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "Look",
      dependencies: ["Steps", "Sweep", "Notebook", "Recipe", "Report", "Web", "Files"] + http,
      resources: [.embedInCode("Pages/look.css"), .embedInCode("Pages/look.js")],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "towerbook",
      dependencies: [
        "Benchmark", "Editor", "Look", "Service", "Sweep", "Steps", "Parquet", "Tables", "Clicks", "Notebook",
        "Recipe",
        "Report",
        "Numerics",
        "Memory",
        "Files",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict
    ),
    // Tests, one target a room, and what they share.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "RecipeTests",
      dependencies: ["Notebook", "Recipe", "Report", "Memory", "Files", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(name: "ReportTests", dependencies: ["Report"], swiftSettings: strict),
    .testTarget(
      name: "NotebookTests",
      dependencies: ["Notebook", "Recipe", "Report", "Memory", "Files", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "NumericsTests",
      dependencies: ["Numerics", "Memory", "Files", "CKernels", "CThreads", "TestSupport"],
      exclude: ["Golden"],
      swiftSettings: strict
    ),
    .target(
      name: "ClickFixtures",
      dependencies: ["Tables", "Clicks", "Memory", "TestSupport", "CZlib", "CZstd"],
      path: "Tests/ClickFixtures",
      swiftSettings: strict
    ),
    .testTarget(
      name: "ParquetTests",
      dependencies: ["Parquet", "Tables", "Memory", "Files", "CZstd", "TestSupport"],
      exclude: ["Fixtures", "peers.py"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "TablesTests",
      dependencies: ["Parquet", "Tables", "Memory", "Files", "TestSupport", "ClickFixtures"],
      exclude: ["made_tables.py"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ClicksTests",
      dependencies: ["Tables", "Clicks", "Memory", "Files", "CCrypto", "TestSupport", "ClickFixtures"],
      exclude: ["Golden"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "RecallTests",
      dependencies: [
        "Recall", "Tables", "Clicks", "Numerics", "Memory", "Files", "TestSupport", "ClickFixtures",
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "StepsTests",
      dependencies: [
        "Steps", "Recall", "Tables", "Parquet", "Clicks", "Notebook", "Numerics", "Memory", "Recipe",
        "Report",
        "Files", "TestSupport", "ClickFixtures",
      ],
      exclude: ["live_check.mjs", "read_hnswlib.py", "read_model.py", "read_onnx.py"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "BenchmarkTests",
      dependencies: ["Benchmark", "Numerics", "Memory", "Notebook", "Recipe", "Report", "Files"],
      swiftSettings: strict
    ),
    // What the tests of a ledger run as other processes.
    .executableTarget(
      name: "LedgerProbe",
      dependencies: ["Sweep"],
      path: "Tests/LedgerProbe",
      swiftSettings: strict
    ),
    // Our samplers for a script that holds them against those of others.
    .executableTarget(
      name: "SamplerTrials",
      dependencies: ["Sweep"],
      path: "Tests/SamplerTrials",
      swiftSettings: strict
    ),
    .testTarget(
      name: "SweepTests",
      dependencies: [
        "Sweep", "Notebook", "Recipe", "Report", "Files", "Steps", "LedgerProbe", "SamplerTrials",
        "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Peers"],
      swiftSettings: strict
    ),
    .testTarget(name: "LookTests", dependencies: ["Look", "Files", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "EditorTests",
      dependencies: ["Editor", "Steps", "Sweep", "Notebook", "Recipe", "Files", "TestSupport"],
      swiftSettings: strict
    ),
    // What reads bytes of others, and the program that looks for bytes which it does not bear.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Service", "Steps", "Recall", "Tables", "Parquet", "Numerics", "Notebook", "Recipe", "Report",
        "Memory", "Files", "CXXHash", "CZstd",
      ],
      path: "Tests/FuzzTargets",
      exclude: ["Corpus", "Dictionaries", "make_corpus.py"],
      swiftSettings: strict
    ),
    // Of C, as libFuzzer has a `main` of its own. It fuzzes where all is compiled for it, as `.ci/fuzz` does.
    .executableTarget(
      name: "Fuzzer",
      dependencies: ["FuzzTargets"],
      path: "Tests/Fuzzer",
      cSettings: fast,
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]
    ),
    // Programs that try to break the tool, and a share of what they try.
    .testTarget(
      name: "BreakingTests",
      dependencies: ["towerbook", "FuzzTargets", "Numerics", "Files", "TestSupport"],
      exclude: ["breaking.py", "kills.py", "full_disk.py", "damage.py"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "CommandTests",
      dependencies: ["towerbook", "Files", "Parquet", "TestSupport"],
      exclude: [
        "schema_check.py", "hits_check.py", "serve_check.py", "serve_page.mjs", "look_page.mjs",
        "look_check.py", "chromium.mjs", "lsp_client.py", "lsp_check.py", "lsp_edits.py", "lsp_nvim.lua",
      ],
      swiftSettings: strict
    ),
  ]
)
