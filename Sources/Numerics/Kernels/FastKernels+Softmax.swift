import CKernels

extension FastKernels {
  func softmaxRows(_ logits: MatrixView, _ rows: ContrastiveRows) {
    var native = rows.native
    tb_softmax_rows(logits.block, &native)
  }

  func rankingRows(_ logits: MatrixView, _ rows: ContrastiveRows) {
    var native = rows.native
    tb_bpr_rows(logits.block, &native)
  }

  func softmaxAtKRows(_ logits: MatrixView, _ rows: ContrastiveRows, k: Int, items: Int, scale: Float) {
    precondition(k >= 1 && k <= LossNumbers.mostAtK, "the kernel has room for so many")
    var native = rows.native
    tb_softmax_at_k_rows(logits.block, &native, Int32(k), Double(items), scale)
  }

  func cosineRows(_ logits: MatrixView, _ rows: ContrastiveRows, margin: Float, weight: Float) {
    var native = rows.native
    tb_ccl_rows(logits.block, &native, margin, weight)
  }

  func binaryRows(_ logits: MatrixView, _ rows: ContrastiveRows, power: Float) {
    var native = rows.native
    tb_gbce_rows(logits.block, &native, power)
  }

  func exponentiate(
    _ logits: MatrixView,
    shift: Float,
    rowSums: UnsafeMutablePointer<Float>,
    columnSums: UnsafeMutablePointer<Float>
  ) {
    tb_exp_sums(logits.block, shift, rowSums, columnSums)
  }

  func scale(
    _ values: MatrixView,
    rowFactors: UnsafePointer<Float>,
    columnFactors: UnsafePointer<Float>
  ) {
    tb_scale_both(values.block, rowFactors, columnFactors)
  }
}

extension ContrastiveRows {
  fileprivate var native: tb_contrast {
    tb_contrast(
      labels: labels,
      weights: weights,
      bias: bias,
      excluded_offsets: exclusions?.offsets,
      excluded: exclusions?.excluded,
      shared: Int32(truncatingIfNeeded: own?.shared ?? 0),
      own_offsets: own?.offsets,
      own: own?.places,
      spares_labels: sparesLabels ? 1 : 0,
      losses: losses
    )
  }
}
