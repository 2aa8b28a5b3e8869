/// What a starter recipe says below `config`.
enum StarterCells {
  /// The cells below `config`: a model that is known to do well on clicks of many kinds.
  /// - Parameters:
  ///   - order: in what order clicks are, in words; nil where users' items are sets.
  ///   - testFile: the clicks that others held out, as a setting names them.
  ///   - hasManyUsers: of sets, whether users get an embedding each.
  ///   - hasImpressions: whether the log says what was shown.
  ///   - features: lines of `encode`, each indented.
  static func cells(
    order: String?,
    testFile: String?,
    hasManyUsers: Bool,
    hasImpressions: Bool,
    features: [String]
  ) -> [String] {
    let shown =
      hasImpressions ? ["  # impressions_per_sample: 4  # what was shown and not clicked, as negatives"] : []
    let split = order.map { orderedSplit($0, testFile) } ?? setSplit(testFile)
    return lines(split) + lines(order == nil ? setEncode : encode) + features
      + lines(order == nil ? setModel(hasManyUsers) : model)
      + lines(train(k: order == nil ? 20 : 10)) + shown + lines(order == nil ? setRest : rest)
  }

  private static func orderedSplit(_ order: String, _ testFile: String?) -> String {
    let split =
      testFile.map {
        """
          # What that file holds is tested on, as others have held it out; the newest click before it of each
          # user who is tested is held out to see whether training still helps.
          strategy: files
          test_file: \($0)
        """
      } ?? """
          # Each user's last click, \(order), is held out to test on; the one before it
          # to see whether training still helps.
          strategy: last_click
        """
    return """

      split:
      \(split)
        validation: second_last
        # sample_users: 20000  # a quick look at many users
      """
  }

  private static let encode = """

    encode:
      # A sample is a click and the 30 before it. What was seen before is no target, since lists leave
      # it out.
      max_seq_len: 30
      drop_repeated_targets: true
      item_vocabulary: clicked
    """

  private static func setSplit(_ testFile: String?) -> String {
    let split =
      testFile.map {
        """
          # What that file holds is tested on, as others have held it out; a tenth of each user's other items,
          # drawn at random, tells when to stop. The model that is tested learns from these too, as those that
          # it may be compared with do.
          strategy: files
          test_file: \($0)
          validation: random
          refit: true
        """
      } ?? """
          # A fifth of each user's items, drawn at random, is held out to test on; a tenth of the others, drawn
          # likewise, to see whether training still helps.
          strategy: random
          share: 0.2
          validation: random
        """
    return """

      split:
      \(split)
        # sample_users: 20000  # a quick look at many users
      """
  }

  private static let setEncode = """

    encode:
      # Users' items are sets: a sample is an item and up to 50 of its user's others, drawn anew in each epoch.
      history: others
      max_seq_len: 50
      item_vocabulary: clicked
    """

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private static let model = """

    model:
      # One table of unit vectors; the query is the mean of the history's, weighed by place, and what a
      # layer adds.
      embedding_dim: 128
      embedding_init: normal
      embedding_scale: 0.1
      normalize_items: true
      user_id: false
      category: false
      query_tower: residual_mlp
      hidden_units: [128]
      dropout: 0.2
      item_tower: identity
      pooling: learned_position
      newest_click: true
      similarity: cosine
      temperature: 0.1  # the first to try others of: 0.08 to 0.2
      # Two that differ in seed, searched as one, find more than one of twice the width, in twice the time.
      # A page that holds its model ('report --live') takes one: 1.
      ensemble: 2
    """

  /// From how many users on an embedding of each is worth its place beside the mean of their items: validation's NDCG@20 with
  /// and without was .0657 and .0650 with the 22,363 users of Amazon Beauty, .1848 and .1800 with 29,858 made-up ones; of NDCG@10
  /// .1689 and .1769 with the 943 of MovieLens-100K, who have many items each.
  static let manyUsers = 10_000

  private static func setModel(_ hasManyUsers: Bool) -> String {
    let users =
      hasManyUsers
      ? "# One table of unit vectors; the query is the mean of the user's items and a vector of the user."
      : "# One table of unit vectors; the query is the mean of the user's items."
    return """

      model:
        \(users)
        embedding_dim: 128
        embedding_init: normal
        embedding_scale: 0.1
        normalize_items: true
        user_id: \(hasManyUsers)
        category: false
        query_tower: identity
        item_tower: identity
        pooling: mean
        similarity: cosine
        temperature: 0.15  # the first to try others of: 0.1 to 0.25
      """
  }

  private static func train(k: Int) -> String {
    """

    train:
      # Softmax over the batch's items and others drawn uniformly, corrected for how often an item is
      # among them.
      loss: sampled_softmax
      pool_size: 2048
      logq: true
      mask_history: true
      optimizer: adam
      learning_rate: 0.002
      beta_2: 0.99
      batch_size: 512
      epochs: 40
      validation: { metric: ndcg, k: \(k), users: 20000 }
      early_stopping: { patience: 5 }
    """
  }

  private static let rest = """

    index:
      type: Flat

    eval:
      k: [5, 10, 20, 50, 100]
      headline_k: 10
      baselines: [popularity, item_cf]
      note: |
        {{ eval.hit_rate@10 | percent }} of the users find their next click among 10 items; with what is
        popular alone it is {{ eval.popularity.hit_rate@10 | percent }}, with items clicked together
        {{ eval.item_cf.hit_rate@10 | percent }}.

    recall:
      k: 100

    save:
    """

  private static let setRest = """

    index:
      type: Flat

    eval:
      k: [5, 10, 20, 50, 100]
      headline_k: 20
      baselines: [popularity, item_cf]
      note: |
        Of the items held out {{ eval.recall@20 | percent }} are among a user's first 20; of what is popular alone
        {{ eval.popularity.recall@20 | percent }}, of items clicked together {{ eval.item_cf.recall@20 | percent }}.

    recall:
      k: 100

    save:
    """
}
