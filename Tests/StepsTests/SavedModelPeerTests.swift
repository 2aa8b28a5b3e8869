import Files
import Foundation
import Numerics
import Recall
import TestSupport
import Testing

@testable import Steps

/// What leaves with a model, opened by the programs that it is for.
extension SavedModelTests {
  private static let onnx = PythonPeer.having("onnx", "onnxruntime", "safetensors", "numpy")
  private static let faiss = PythonPeer.having("onnx", "onnxruntime", "safetensors", "numpy", "faiss")

  private func script(_ name: String) -> String {
    FilePaths.join(FilePaths.parent(of: #filePath), name)
  }

  private static let towers: [[String]] = [
    // What the NumPy check covers.
    [], identity + times, residual + times + ["encode.item_vocabulary=clicked"],
    ["model.pooling=learned_position", "model.newest_click=true", "model.shared_items=false"],
    ["model.pooling=last", "model.similarity=dot", "model.time_buckets=[4]", "encode.request_time=newest"],
    identity + ["model.pooling=decay", "model.user_id=false"],
    users + times, users + identity + ["encode.request_time=next_click", "model.time_buckets=[4]"],
    // And what it does not.
    ["model.pooling=gru", "model.context=true"], ["model.pooling=gru", "model.normalize_items=true"],
    ["model.pooling=attention", "encode.request_time=newest"], items + users + identity + times,
    items + users + ["model.user_id=false", "encode.item_vectors=initial"],
    ["config.item_columns.numbers=[words,made]", "encode.item_age={column: made}"],
    identity + ["model.pooling=attention", "model.context=true", "model.unit_epsilon=0"],
    transformer + times, identity + gated, ["model.shared_items=false", "encode.max_seq_len=2"] + gated,
    transformer + [
      "model.heads=4", "model.blocks=1", "encode.item_vocabulary=clicked", "encode.max_seq_len=9",
    ],
    identity + transformer + ["model.heads=2", "model.ensemble=2", "encode.max_seq_len=1"],
    ["model.ensemble=2", "model.pooling=learned_position"],
    items + users + identity + times + ["model.ensemble=3"], ["model.ensemble=2", "model.similarity=dot"],
    ["model.interests=2", "model.pooling=gru"],
    residual + times + ["model.interests=3", "model.pooling=learned_position"],
  ]

  @Test(
    "ONNX Runtime computes the vectors of all items and users within 1e-5",
    .enabled(if: onnx != nil, "python3 with onnx, onnxruntime, safetensors and numpy is not there"),
    arguments: towers
  )
  func towers(overrides: [String]) throws {
    let model = FilePaths.join(try run(overrides + ["save.formats=[towerbook, onnx]"]), "model")
    let check = try #require(Self.onnx).run([script("read_onnx.py"), model, try queries(model)])
    #expect(check.status == 0, "\(check.output)")
  }

  @Test(
    "ONNX Runtime has our vectors of nobody, of unknown clicks among known ones, and of long histories, in one batch",
    .enabled(if: onnx != nil, "python3 with onnx, onnxruntime, safetensors and numpy is not there"),
    arguments: [transformer, gated, transformer + ["model.ensemble=2"], ["model.pooling=gru"]]
  )
  func histories(overrides: [String]) throws {
    let model = FilePaths.join(try run(overrides + ["save.formats=[towerbook, onnx]"]), "model")
    let histories = [
      [], ["i3"], ["no such item"], ["i3", "no such item"],
      ["no such item", "i3", "i21", "no such item", "i14"],
      ["i3", "i21", "i14", "i30", "i3", "i41", "i2"],
    ]
    let answer = try Recommender(path: model, threads: 1).vectors(
      histories.map { RecommendRequest(history: $0) }
    )
    let expected = files.path("histories.npy")
    try NumpyFile.write(
      answer.vectors.flatMap { $0 },
      shape: [histories.count, answer.vectors[0].count],
      to: expected
    )
    let check = try #require(Self.onnx).run([
      "-c",
      """
      import json, sys, numpy as np, onnxruntime
      folder, expected = sys.argv[1], np.load(sys.argv[2])
      histories = json.loads(sys.argv[3])
      codes = json.load(open(folder + "/vocabularies.json"))["item"]
      tower = onnxruntime.InferenceSession(folder + "/query_tower.onnx")
      rows = np.zeros((len(histories), 8), np.int64)
      for row, history in zip(rows, histories):
          row[8 - len(history):] = [codes.get(item, 0) for item in history]
      # All else is unknown.
      inputs = {wanted.name: np.zeros(len(rows), np.int64) for wanted in tower.get_inputs()}
      got = tower.run(None, inputs | {"history": rows})[0]
      print(np.abs(got - expected).max())
      assert np.abs(got - expected).max() < 1e-5 and np.abs(expected).max() > 1e-2
      assert len({tuple(row) for row in got.round(4).tolist()}) == 4
      """, model, expected,
      JSONValue.array(histories.map { .array($0.map(JSONValue.string)) }).text(.compact),
    ])
    #expect(check.status == 0, "\(check.output)")
  }

  @Test(
    "FAISS finds ONNX Runtime's vectors in the same order as the recipe, in the index that was saved and in its own",
    .enabled(if: faiss != nil, "python3 with onnx, onnxruntime, safetensors, numpy and faiss is not there"),
    arguments: [
      [], ["index.type=HNSW8", "index.ef_search=200"], ["index.type=IVF4,Flat", "index.nprobe=4"],
      ["model.interests=3", "index.type=HNSW8", "index.ef_search=200"],
    ]
  )
  func lists(overrides: [String]) throws {
    let folder = try run(overrides + ["save.formats=[towerbook, onnx]"])
    let model = FilePaths.join(folder, "model")
    let check = try #require(Self.faiss).run(
      [script("read_onnx.py"), model, try queries(model), FilePaths.join(folder, "recall_candidates.csv")]
        + [
          overrides.isEmpty ? FilePaths.join(folder, "faiss_index.bin") : FilePaths.join(model, "index.faiss")
        ]
    )
    #expect(check.status == 0, "\(check.output)")
    #expect(check.output.split(separator: "\n").filter { $0.hasPrefix("FAISS") }.count == 2)
  }

  @Test(
    "safetensors, NumPy and pandas read weights, vectors and ids as they are",
    .enabled(
      if: PythonPeer.having("safetensors", "numpy", "pandas", "pyarrow") != nil,
      "python3 with safetensors, numpy, pandas and pyarrow is not there"
    )
  )
  func arrays() throws {
    let model = FilePaths.join(
      try run(Self.items + ["save.formats=[towerbook, npy, parquet]"]),
      "model"
    )
    let saved = try SavedModel(path: model)
    let weights = saved.model.storedWeights.map { weight in
      let sum = weight.matrix.values.reduce(0.0) { $0 + Double($1) }
      return "\(weight.name) \(weight.matrix.rows) \(weight.matrix.columns) \(sum)"
    }
    let peer = try #require(PythonPeer.having("safetensors", "numpy", "pandas", "pyarrow"))
    let check = try peer.run(
      [
        "-c",
        """
        import json, sys, numpy, pandas
        from safetensors.numpy import load_file
        folder = sys.argv[1]
        weights = load_file(folder + "/weights.safetensors")
        assert len(weights) == len(sys.argv) - 2
        for line in sys.argv[2:]:
            name, rows, columns, total = line.rsplit(" ", 3)
            array = weights[name]
            assert array.dtype == numpy.float32 and array.shape == (int(rows), int(columns)), name
            assert abs(array.astype("f8").sum() - float(total)) < 1e-9, name
        vectors = numpy.load(folder + "/item_vectors.npy")
        assert (vectors == numpy.load(folder + "/vectors.npy")).all() and vectors.shape[0] == 70
        ids = json.load(open(folder + "/item_ids.json"))
        table = pandas.read_parquet(folder + "/item_vectors.parquet")
        assert table["item_id"].tolist() == ids and len(set(ids)) == 70 and "i7" in ids
        assert (numpy.stack(table["vector"]) == vectors).all()
        """, model,
      ] + weights
    )
    #expect(check.status == 0, "\(check.output)")
  }

  @Test(
    "PostgreSQL with pgvector takes the vectors, and finds the neighbours that the model does",
    .enabled(if: PostgresPeer.folder != nil, "PostgreSQL with pgvector is not there")
  )
  func pgvector() throws {
    let model = FilePaths.join(try run(Self.identity + ["save.formats=[towerbook, pgvector]"]), "model")
    let postgres = try PostgresPeer()
    defer { postgres.stop() }
    let loading = try postgres.psql(["-f", FilePaths.join(model, "item_vectors.sql")])
    #expect(loading.status == 0 && loading.output.contains("COPY 70"), "\(loading.output)")
    let recommender = try Recommender(path: model, threads: 1)
    for item in ["i3", "i21", "i69"] {
      let answer = try postgres.psql([
        "-Atc",
        """
        SELECT item_id FROM item_vectors WHERE item_id <> '\(item)'
        ORDER BY embedding <#> (SELECT embedding FROM item_vectors WHERE item_id = '\(item)') LIMIT 10
        """,
      ])
      let expected = try recommender.similar(item: item, k: 10).map(\.id)
      #expect(answer.output.split(separator: "\n").map(String.init) == expected, "\(answer.output)")
    }
  }
}
