# The decoder, one source for serving and training: Llama's, with the variants of other families. A part that a family
# lacks is an empty tensor.
#
# Dimensions
#   L  layers            W  width of a hidden state     V  vocabulary
#   H  query heads       G  key and value heads         D  head dimension
#   F  feed-forward width
#   N  rows: the new tokens of all sequences of a step, one after another
#   T  tokens of a whole sequence
#   B  sequences of a group                             R  rows of each, padded
#   S  tokens of each, those of the step included, padded
#   M  rows that request next tokens                    K  next tokens requested
#   P  projections       E  ends of a response, whole and cut
#
# Weights, a flat list; a linear layer maps its last dimension to its first
#   0              embedding [V, W]
#   1 + 10 l       norm before attention [W]
#   2 + 10 l       queries, keys, values [(H + 2 G) D, W], rotary pairs side by side
#   3 + 10 l       their bias [(H + 2 G) D], or empty
#   4 + 10 l       norms of a head's queries and keys [2 D], or empty
#   5 + 10 l       attention output [W, H D]
#   6 + 10 l       norm after attention [W], or empty
#   7 + 10 l       norm before feed-forward [W]
#   8 + 10 l       gate and up [2 F, W]
#   9 + 10 l       down [W, F]
#   10 + 10 l      norm after feed-forward [W], or empty
#   1 + 10 L       final norm [W]
#   2 + 10 L       language-model head [V, W], absent without one
#
# Factors of the low-rank adapters in training, a flat list; empty without adapters. Part p of block l adds
# low_rank_scale B A to its rows of the matrix; p is 0 queries, 1 keys, 2 values, 3 attention output, 4 gate, 5 up, 6 down
#   14 l + 2 p     A [rank, in]
#   14 l + 2 p + 1 B [out, rank], rank 0 if the part has no adapter
#
# One cache for all sequences, [L, slots, 2, G, D]: keys, then values of the tokens, each in a slot of its own.
class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  weights : List[Tensor]
  scales : List[Tensor]
  packed : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]
  many : List[Tensor]
  many_from : int
  rotations : List[Tensor]
  windows : List[int]
  layer_rotations : List[int]
  layer_windows : List[int]
  projections : List[Tensor]
  projection_layers : List[int]
  layers : int
  heads : int
  kv_heads : int
  head_dim : int
  eps : float
  gelu : bool
  attention_scale : float
  embedding_scale : float
  format : int
  low_rank_scale : float

  # Formats of matrices: 0 dense, 1 float16 packed for CPU, 2 int8 with a scale for each row, 3 int4 with a scale and a
  # middle for each 32 of a row. The lists of weights, scales and packed matrices have the same indices, and so has the list
  # of dense matrices that products of `many_from` rows or more take, if that is not 0.
  # The methods copy the tensors that Java passes, because Java may free their memory.

  def add_place(self) -> int:
    self.weights.append(torch.empty([0]))
    self.scales.append(torch.empty([0]))
    self.many.append(torch.empty([0]))
    if self.format == 1:
      self.packed.append(ops.quantized.linear_prepack_fp16(torch.zeros([1, 1]), None))
    return len(self.weights) - 1

  def add_vector(self, w: Tensor, dtype: int) -> int:
    i = self.add_place()
    self.weights[i] = w.to(dtype, False, True)
    return i

  # A matrix is added in order, then filled: `begin`, `put` for some rows after another, `finish`. Several threads may
  # fill matrices at once, each its own.

  def add_matrix(self) -> float:
    return float(self.add_place())

  def empty(self, rows: int, columns: int, dtype: int) -> Tensor:
    return torch.empty([rows, columns], dtype=dtype, device=self.rotations[0].device)

  def begin(self, i: int, format: int, rows: int, columns: int, dtype: int) -> int:
    if format == 0:
      self.weights[i] = self.empty(rows, columns, dtype)
    elif format == 1:
      self.weights[i] = self.empty(rows, columns, 6)
    elif format == 2:
      self.weights[i] = self.empty(rows, columns, 1)
      self.scales[i] = torch.empty([rows], dtype=15)
    else:
      self.weights[i] = self.empty(rows, columns // 2, 0)
      self.scales[i] = torch.empty([columns // 32, rows, 2], dtype=15)
    return i

  def begin_many(self, i: int, rows: int, columns: int, dtype: int) -> int:
    self.many[i] = self.empty(rows, columns, dtype)
    return i

  def put_many(self, i: int, first: int, w: Tensor) -> float:
    return self.put_rows(self.many[i], first, w)

  def take_many(self, rows: int) -> int:
    self.many_from = rows
    return rows

  def tie(self, i: int) -> int:
    # the matrix i is the embedding
    self.weights[i] = self.weights[0]
    self.scales[i] = self.scales[0]
    return i

  def put_rows(self, matrix: Tensor, first: int, w: Tensor) -> float:
    rows = matrix.narrow(0, first, w.size(0))
    rows.copy_(w)
    return float(rows.sum(dtype=7).item())

  def put(self, i: int, format: int, first: int, w: Tensor, scales: Tensor) -> float:
    # some rows, rounded and packed if the format has integers -> finite if all numbers are
    matrix = self.weights[i]
    total = 0.
    if format < 2:
      total = self.put_rows(matrix, first, w)
    else:
      total = float(scales.sum(dtype=7).item())
      matrix.narrow(0, first, w.size(0)).copy_(w)
      self.scales[i].narrow(format - 2, first, w.size(0)).copy_(scales)
    return total

  def pack_int4(self, q: Tensor) -> Tensor:
    # numbers from 0 to 15 [rows, columns], for products on a CPU
    return torch._convert_weight_to_int4pack_for_cpu(q.to(3), 2)

  def finish(self, i: int, format: int) -> int:
    if format == 1:
      self.packed[i] = ops.quantized.linear_prepack_fp16(self.weights[i], None)
      self.weights[i] = torch.empty([0])
    return i

  def add_rotation(self, inverse_frequencies: Tensor, positions: int, factor: float) -> int:
    # one complex number for each position and pair, [positions, 1, D / 2]; a pair without a frequency does not turn
    angles = torch.arange(positions, device=inverse_frequencies.device).to(6).unsqueeze(1) * inverse_frequencies
    turning = torch.polar(torch.full_like(angles, factor), angles)
    still = torch.ones([positions, self.head_dim // 2 - angles.size(1)], dtype=9, device=angles.device)
    self.rotations.append(torch.cat([turning, still], 1).unsqueeze(1))
    return len(self.rotations)

  def add_window(self, window: int) -> int:
    # a token attends to so many tokens; 0 if there is no limit
    self.windows.append(window)
    return len(self.windows)

  def add_layer(self, rotation: int, window: int) -> int:
    # the rotation and the window of the next block, by their places in the lists
    self.layer_rotations.append(rotation)
    self.layer_windows.append(window)
    return len(self.layer_rotations)

  def add_projections(self, layer: int, w: Tensor) -> int:
    # w [P_layer, W], read after block `layer`; called in ascending order of layers
    self.projections.append(w.clone())
    self.projection_layers.append(layer)
    return len(self.projections)

  def scale_low_rank(self, scale: float) -> float:
    self.low_rank_scale = scale
    return scale

  def linear(self, x: Tensor, weights: List[Tensor], factors: List[Tensor], l: int, j: int) -> Tensor:
    # j 0 queries, keys, values (the head if l = L), 1 attention output, 2 gate and up, 3 down
    offset = 2
    if j > 0:
      offset = 5
    if j > 1:
      offset = 6 + j
    i = 10 * l + offset
    w = weights[i]
    y = x
    if self.many_from > 0 and x.numel() >= self.many_from * x.size(-1) and self.many[i].numel() > 0:
      m = self.many[i]
      y = torch.linear(x.to(ops.prim.dtype(m)), m).to(ops.prim.dtype(x))
    elif self.format == 0:
      y = torch.linear(x.to(ops.prim.dtype(w)), w).to(ops.prim.dtype(x))
    elif self.format == 1:
      y = ops.quantized.linear_dynamic_fp16(x, self.packed[i])
    else:
      shape = x.size()
      flat = x.reshape([-1, shape[-1]]).to(15)
      shape[-1] = w.size(0)
      scales = self.scales[i]
      if self.format == 3 and l < self.layers:
        y = torch._weight_int4pack_mm_for_cpu(flat, w, 32, scales)
      else:
        y = torch._weight_int8pack_mm(flat, w, scales)
      y = y.to(ops.prim.dtype(x)).view(shape)
    if len(factors) > 0:
      self.add_low_rank(y, x, factors, l, j)
    return y

  def add_low_rank(self, y: Tensor, x: Tensor, factors: List[Tensor], l: int, j: int) -> int:
    # x [..., in], y [..., out]: two thin products, because the gradient of B A would cost as much as the matrix's own gradient
    parts = [0, 3, 4, 6, 7]
    start = 0
    for p in range(parts[j], parts[j + 1]):
      a = factors[14 * l + 2 * p]
      b = factors[14 * l + 2 * p + 1]
      if b.size(1) > 0:
        y.narrow(-1, start, b.size(0)).add_(torch.linear(torch.linear(x, a), b), alpha=self.low_rank_scale)
      start = start + b.size(0)
    return start

  def norm(self, x: Tensor, w: Tensor) -> Tensor:
    return torch.rms_norm(x, [x.size(-1)], w, self.eps)

  def norm_after(self, x: Tensor, w: Tensor) -> Tensor:
    y = x
    if w.numel() > 0:
      y = self.norm(x, w)
    return y

  def norm_heads(self, x: Tensor, w: Tensor) -> Tensor:
    # x [..., H + 2 G, D], w [2 D]: queries and keys are normed head by head
    q, k, v = torch.split_with_sizes(x, [self.heads, self.kv_heads, self.kv_heads], -2)
    wq, wk = w.chunk(2)
    return torch.cat([self.norm(q, wq), self.norm(k, wk), v], -2)

  def embedding(self, ids: Tensor, weights: List[Tensor], dtype: int) -> Tensor:
    if self.format > 1:
      x = self.int8_rows(0, ids).to(dtype)
    else:
      x = torch.embedding(weights[0], ids).to(dtype)
    if self.embedding_scale != 1.:
      x = x * torch.full([], self.embedding_scale, dtype=dtype, device=x.device)  # rounded as in transformers
    return x

  def attention_inputs(self, x: Tensor, weights: List[Tensor], factors: List[Tensor], l: int, rotation: Tensor) -> Tensor:
    # x [..., W], rotation [..., 1, D / 2] complex -> [..., H + 2 G, D]; values are not rotated
    y = self.linear(self.norm(x, weights[1 + 10 * l]), weights, factors, l, 0)
    bias = weights[3 + 10 * l]
    if bias.numel() > 0:
      y = y + bias
    shape = y.size()[:-1] + [self.heads + 2 * self.kv_heads]
    norms = weights[4 + 10 * l]
    if norms.numel() > 0:
      y = self.norm_heads(y.view(shape + [self.head_dim]), norms)
    pairs = y.to(6).view(shape + [self.head_dim // 2, 2])
    torch.view_as_complex(pairs).narrow(-2, 0, self.heads + self.kv_heads).mul_(rotation)
    return pairs.flatten(-2).to(ops.prim.dtype(x))

  def after_attention(self, x: Tensor, attended: Tensor, weights: List[Tensor], factors: List[Tensor], l: int) -> Tensor:
    # x [..., W], attended [..., H D] -> output of block l
    x = x + self.norm_after(self.linear(attended, weights, factors, l, 1), weights[6 + 10 * l])
    gate, up = self.linear(self.norm(x, weights[7 + 10 * l]), weights, factors, l, 2).chunk(2, -1)
    if self.gelu:
      gate = torch.gelu(gate, approximate="tanh")
    else:
      gate = torch.silu(gate)
    return x + self.norm_after(self.linear(gate * up, weights, factors, l, 3), weights[10 + 10 * l])

  def mask(self, seen: Tensor, own: Tensor, S: int, window: int) -> Tensor:
    # seen, own [...] -> [..., S]: a token sees itself, in the place `own` of its sequence, and as many tokens before it
    # as `seen`; with a window, only the nearest of them
    places = torch.arange(S, device=seen.device)
    before = seen.unsqueeze(-1)
    visible = places < before
    if window > 0:
      visible = torch.logical_and(visible, places > before - window)
    return torch.logical_or(visible, places == own.unsqueeze(-1))

  def attend(self, q: Tensor, kv: Tensor, mask: Optional[Tensor]) -> Tensor:
    # q [B, R, H, D], kv [B, S, 2, G, D], mask [B, R, S] -> [B R, H D]; the query heads of a group are rows of its key head
    B = q.size(0)
    R = q.size(1)
    H = self.heads
    G = self.kv_heads
    D = self.head_dim
    rows = q.transpose(1, 2).reshape([B, G, (H // G) * R, D])
    pairs = kv.permute([2, 0, 3, 1, 4])
    y = torch.scaled_dot_product_attention(rows, pairs.select(0, 0), pairs.select(0, 1), mask, 0., False, scale=self.attention_scale, enable_gqa=False)
    return y.reshape([B, H, R, D]).transpose(1, 2).reshape([B * R, H * D])

  def group_mask(self, seen: Tensor, own: Tensor, S: int, window: int, whole: bool) -> Optional[Tensor]:
    # seen, own [B, R]; None if all tokens see all others
    mask = annotate(Optional[Tensor], None)
    if not whole or (window > 0 and S > window):
      mask = self.mask(seen, own, S, window).repeat([1, self.heads // self.kv_heads, 1]).unsqueeze(1)
    return mask

  # A plan tells where the rows of a step are. Its parts: the rows' ids [N]; positions [N];
  # slots [N]; places among the rows of all groups [N], or none if they are the same; head rows [M]; then for each group
  # its rows, what they see and their own places [B R], and the slots of its tokens [B S], or none if its sequences are in
  # lanes. Shapes: for each group B, R, S, the slot of its first lane, or -1, the distance of its lanes, and whether all its
  # tokens see all others.

  def climb(self, x: Tensor, first: int, end: int, cache: Tensor, parts: List[Tensor], shapes: List[int], readouts: List[Tensor]) -> Tensor:
    # rows [N, W] through the blocks from `first` to `end`, exclusive; adds their read-outs [N, P_layer]
    weights = self.weights
    none = annotate(List[Tensor], [])
    H = self.heads
    G = self.kv_heads
    D = self.head_dim
    order = parts[3]
    groups = len(shapes) // 6
    masks = annotate(List[Optional[Tensor]], [])
    for window in self.windows:
      for g in range(groups):
        B = shapes[6 * g]
        R = shapes[6 * g + 1]
        seen = parts[6 + 4 * g].view([B, R])
        own = parts[7 + 4 * g].view([B, R])
        masks.append(self.group_mask(seen, own, shapes[6 * g + 2], window, shapes[6 * g + 5] > 0))
    rotations = annotate(List[Tensor], [])
    for rotation in self.rotations:
      rotations.append(rotation.index_select(0, parts[1]))
    for l in range(first, end):
      qkv = self.attention_inputs(x, weights, none, l, rotations[self.layer_rotations[l]])
      q = qkv.narrow(1, 0, H)
      layer = cache.select(0, l)
      pairs = qkv.narrow(1, H, 2 * G).view([-1, 2, G, D])
      if groups == 1 and shapes[0] == 1 and shapes[3] >= 0:
        layer.narrow(0, shapes[3] + shapes[2] - shapes[1], shapes[1]).copy_(pairs)
      else:
        layer.index_copy_(0, parts[2], pairs)
      first_mask = self.layer_windows[l] * groups
      attended = annotate(List[Tensor], [])
      for g in range(groups):
        B = shapes[6 * g]
        R = shapes[6 * g + 1]
        S = shapes[6 * g + 2]
        slot = shapes[6 * g + 3]
        if slot < 0:
          kv = layer.index_select(0, parts[8 + 4 * g]).view([B, S, 2, G, D])
        else:
          pitch = shapes[6 * g + 4]
          kv = layer.narrow(0, slot, (B - 1) * pitch + S).as_strided([B, S, 2, G, D], [pitch * 2 * G * D, 2 * G * D, G * D, D, 1])
        padded = q
        if order.numel() > 0:
          padded = q.index_select(0, parts[5 + 4 * g])
        attended.append(self.attend(padded.view([B, R, H, D]), kv, masks[first_mask + g]))
      rows = attended[0]
      if order.numel() > 0:
        rows = torch.cat(attended).index_select(0, order)
      x = self.after_attention(x, rows, weights, none, l)
      if (l + 1) in self.projection_layers:
        w = self.projections[self.projection_layers.index(l + 1)]
        readouts.append(torch.linear(self.state(x, l, weights).to(6), w))
    return x

  def read(self, rows: int, readouts: List[Tensor]) -> Tensor:
    # [N, P]
    out = torch.empty([rows, 0])
    if len(readouts) > 0:
      out = torch.cat(readouts, 1).cpu()
    return out

  def step(self, cache: Tensor, states: Tensor, plan: Tensor, sizes: List[int], shapes: List[int], resuming: Tensor, resuming_sizes: List[int], resuming_shapes: List[int], k: int) -> List[Tensor]:
    # new rows through all blocks; if there are shapes of a second plan, rows that `peek` computed join them above the
    # blocks with read-outs: that plan has all rows, which go on from the states in their slots
    # -> read-outs of the new rows [N, P], ids [M, K], logits [M, K], (logsumexp, entropy) [M, 2]
    weights = self.weights
    parts = torch.split_with_sizes(plan, sizes)
    ids = parts[0]
    readouts = annotate(List[Tensor], [])
    joins = self.layers
    if len(resuming_shapes) > 0:
      joins = self.projection_layers[-1]
    x = self.embedding(ids, weights, ops.prim.dtype(cache))
    if ids.numel() > 0:
      x = self.climb(x, 0, joins, cache, parts, shapes, readouts)
    if len(resuming_shapes) > 0:
      if ids.numel() > 0:
        states.index_copy_(0, parts[2], x)
      parts = torch.split_with_sizes(resuming, resuming_sizes)
      x = self.climb(states.index_select(0, parts[2]), joins, self.layers, cache, parts, resuming_shapes, readouts)
    out = [self.read(ids.numel(), readouts)]
    if k > 0:
      h = self.norm(x.index_select(0, parts[4]), weights[1 + 10 * self.layers])
      logits = self.linear(h, weights, annotate(List[Tensor], []), self.layers, 0).to(6)
      if self.format > 1:
        logits = self.rescore(logits, h, k)
      out = out + self.next_tokens(logits, k)
    return out

  def peek(self, cache: Tensor, states: Tensor, plan: Tensor, sizes: List[int], shapes: List[int]) -> Tensor:
    # candidates through the blocks with read-outs alone -> read-outs [N, P]; keeps their states, in their slots, for a
    # later step to go on from
    parts = torch.split_with_sizes(plan, sizes)
    readouts = annotate(List[Tensor], [])
    x = self.embedding(parts[0], self.weights, ops.prim.dtype(cache))
    states.index_copy_(0, parts[2], self.climb(x, 0, self.projection_layers[-1], cache, parts, shapes, readouts))
    return self.read(x.size(0), readouts)

  def state(self, x: Tensor, l: int, weights: List[Tensor]) -> Tensor:
    # the hidden state after block l (from 0): the final norm applies only after the model's last block
    y = x
    if l + 1 == self.layers and len(weights) > 1 + 10 * self.layers:
      y = self.norm(x, weights[1 + 10 * self.layers])
    return y

  def rescore(self, logits: Tensor, h: Tensor, k: int) -> Tensor:
    # logits [M, V] of a quantised head, which are rounded to bfloat16; h [M, W]: those of the likely tokens are computed
    # again in float32
    likely = torch.topk(logits, min(4 * k + 64, logits.size(1)), -1, True, False)[1]
    rows = self.int8_rows(2 + 10 * self.layers, likely.flatten()).view([likely.size(0), likely.size(1), -1])
    return logits.scatter(1, likely, torch.bmm(rows, h.unsqueeze(2)).squeeze(2))

  def int8_rows(self, i: int, rows: Tensor) -> Tensor:
    return self.weights[i].index_select(0, rows).to(6) * self.scales[i].index_select(0, rows).to(6).unsqueeze(1)

  def next_tokens(self, logits: Tensor, k: int) -> List[Tensor]:
    # the k largest of each row, by descending logit, then ascending id, even if equal logits straddle the cut;
    # NaN counts as the largest, so that a row with NaN returns NaN and the other rows are unaffected
    least = torch.topk(logits, k, -1, True, True)[0].narrow(1, k - 1, 1)
    among = torch.logical_not(logits < least)
    places = torch.nonzero(among)  # row by row, ids ascending
    rows = places.select(1, 0)
    ids = places.select(1, 1)
    by_logit = torch.sort(logits.flatten().index_select(0, rows * logits.size(1) + ids), stable=True, dim=0, descending=True)[1]
    by_row = torch.sort(rows.index_select(0, by_logit), stable=True, dim=0)[1]
    ordered = ids.index_select(0, by_logit.index_select(0, by_row))
    counts = torch.sum(among, [1])
    firsts = torch.cumsum(counts, 0) - counts
    chosen = ordered.index_select(0, (firsts.unsqueeze(1) + torch.arange(k, device=ids.device)).flatten()).view([-1, k])
    total = torch.logsumexp(logits, [-1], True)
    log_p = logits - total
    entropy = -torch.sum(torch.exp(log_p) * torch.clamp(log_p, -1e9), [-1], True)
    return [chosen.cpu(), logits.gather(1, chosen).cpu(), torch.cat([total, entropy], 1).cpu()]

  def move(self, pool: Tensor, dim: int, source: int, target: int) -> int:
    # keeps what an accepted candidate left, from one slot to another
    pool.select(dim, target).copy_(pool.select(dim, source))
    return target

  def copy(self, cache: Tensor, source: Tensor, target: Tensor) -> int:
    # the keys and values of some slots to others, block by block
    for l in range(self.layers):
      layer = cache.select(0, l)
      layer.index_copy_(0, target, layer.index_select(0, source))
    return source.numel()

  def erase(self, cache: Tensor, slots: Tensor) -> int:
    cache.index_fill_(1, slots, 0)
    return slots.numel()

  def cache(self, slots: int, dtype: int) -> Tensor:
    # not filled, so that a large cache takes memory only as it is used; `erase` fills a lane before it is read
    return torch.empty([self.layers, slots, 2, self.kv_heads, self.head_dim], dtype=dtype, device=self.rotations[0].device)

  def states_of_slots(self, slots: int, width: int, dtype: int) -> Tensor:
    return torch.empty([slots, width], dtype=dtype, device=self.rotations[0].device)

  def whole_rotations(self, T: int) -> List[Tensor]:
    # for the first T positions
    rotations = annotate(List[Tensor], [])
    for rotation in self.rotations:
      rotations.append(rotation.narrow(0, 0, T).clone())  # training cannot use tensors made without gradients
    return rotations

  def whole_masks(self, T: int, like: Tensor) -> List[Optional[Tensor]]:
    # for each window; causal attention among T tokens needs a mask only if it has a window
    masks = annotate(List[Optional[Tensor]], [])
    for window in self.windows:
      mask = annotate(Optional[Tensor], None)
      if window > 0 and T > window:
        places = torch.arange(T, device=like.device)
        mask = self.mask(places, places, T, window)
      masks.append(mask)
    return masks

  def block(self, x: Tensor, weights: List[Tensor], factors: List[Tensor], l: int, rotations: List[Tensor], masks: List[Optional[Tensor]]) -> Tensor:
    # block l over whole sequences without a cache: x [B, T, W] -> [B, T, W]
    H = self.heads
    G = self.kv_heads
    mask = masks[self.layer_windows[l]]
    qkv = self.attention_inputs(x, weights, factors, l, rotations[self.layer_rotations[l]]).transpose(1, 2)
    y = torch.scaled_dot_product_attention(qkv.narrow(1, 0, H), qkv.narrow(1, H, G), qkv.narrow(1, H + G, G), mask, 0., mask is None, scale=self.attention_scale, enable_gqa=True)
    return self.after_attention(x, y.transpose(1, 2).reshape([x.size(0), x.size(1), H * self.head_dim]), weights, factors, l)

  def states(self, ids: Tensor, weights: List[Tensor], factors: List[Tensor], at: List[int], dtype: int) -> List[Tensor]:
    # whole sequences without a cache: ids [B, T], right-padded -> hidden states after each block up to the highest
    # in `at` (from 1): [B, T, W] for the blocks in `at`, an empty tensor for the others
    T = ids.size(1)
    x = self.embedding(ids, weights, dtype)
    rotations = self.whole_rotations(T)
    masks = self.whole_masks(T, ids)
    out = annotate(List[Tensor], [])
    for l in range(max(at)):
      x = self.block(x, weights, factors, l, rotations, masks)
      if (l + 1) in at:
        out.append(self.state(x, l, weights))
      else:
        out.append(torch.empty([0]))
    return out

  def embed(self, ids: Tensor, dtype: int) -> Tensor:
    # ids [T] -> [1, T, W]
    return self.embedding(ids, self.weights, dtype).unsqueeze(0)

  def blocks(self, x: Tensor, first: int, end: int) -> Tensor:
    # the states of a whole sequence, [1, T, W], through the blocks from `first` to `end`, exclusive
    rotations = self.whole_rotations(x.size(1))
    masks = self.whole_masks(x.size(1), x)
    for l in range(first, end):
      x = self.block(x, self.weights, annotate(List[Tensor], []), l, rotations, masks)
    return x

  def pool(self, x: Tensor, l: int, start: int, ends: List[int]) -> Tensor:
    # x [1, T, W], the states after block l (from 0); for each end the last state, and the mean of the states from start
    # to end -> [ends, 2, W]
    h = self.state(x, l, self.weights).select(0, 0).to(6)
    out = annotate(List[Tensor], [])
    for e in range(len(ends)):
      out.append(h.select(0, ends[e] - 1))
      out.append(h.narrow(0, start, ends[e] - start).mean([0]))
    return torch.stack(out).view([len(ends), 2, -1]).cpu()

  def forward(self, ids: Tensor, targets: Tensor, head: Tensor, scale: Tensor, weights: List[Tensor], factors: List[Tensor]) -> Tensor:
    # the loss that training minimises; gradients reach only the arguments. Without a reward head (head and scale
    # empty) this is a language model's loss, else a reward model's
    if head.numel() > 0:
      loss = self.preference_loss(ids, targets, head, scale, weights, factors)
    else:
      loss = self.language_loss(ids, targets, weights)
    return loss

  def language_loss(self, ids: Tensor, targets: Tensor, weights: List[Tensor]) -> Tensor:
    # mean negative log-likelihood of the targets that are not -100; ids, targets [B, T]
    none = annotate(List[Tensor], [])
    wanted = targets.flatten()
    rows = torch.nonzero(wanted != -100).squeeze(1)
    h = self.states(ids, weights, none, [self.layers], 6)[-1].flatten(0, 1).index_select(0, rows)
    logits = self.linear(h, weights, none, self.layers, 0)
    return torch.cross_entropy_loss(logits, wanted.index_select(0, rows), None, 1, -100, 0.)

  def preference_loss(self, ids: Tensor, shares: Tensor, head: Tensor, scale: Tensor, weights: List[Tensor], factors: List[Tensor]) -> Tensor:
    # Bradley-Terry: mean of -log σ(margin) over pairs and ends
    return -torch.log_sigmoid(self.margins(ids, shares, head, scale, weights, factors)).mean()

  def margins(self, ids: Tensor, shares: Tensor, head: Tensor, scale: Tensor, weights: List[Tensor], factors: List[Tensor]) -> Tensor:
    # reward of chosen minus rejected [B / 2, E]; ids [B, T], for each pair the chosen response, then the rejected one;
    # shares [B, E, T], the weight of each token's term; the head is learned per standard deviation: w = head scale, [W]
    adapters = factors
    if len(factors) == 1:  # Java cannot pass an empty list
      adapters = annotate(List[Tensor], [])
    h = self.states(ids, weights, adapters, [self.layers], 6)[-1]
    terms = torch.linear(h, (head * scale).unsqueeze(0))
    rewards = torch.matmul(shares, terms).view([-1, 2, shares.size(1)])
    return rewards.select(1, 0) - rewards.select(1, 1)

  def adamw(self, weights: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], step: int, rate: float, decay: float, clip: float) -> float:
    # one update in place (AdamW, β 0.9 and 0.95), gradients scaled down to a norm of at most `clip` -> their norm before scaling;
    # if that norm is not finite, nothing is updated
    total = 0.
    for i in range(len(gradients)):
      total = total + float(gradients[i].square().sum().item())
    norm = total ** 0.5
    scale = min(1., clip / (norm + 1e-6))
    count = len(weights)
    if norm - norm != 0.:
      count = 0
    for i in range(count):
      g = gradients[i] * scale
      means[i].mul_(0.9).add_(g * 0.1)
      squares[i].mul_(0.95).add_(g.square() * 0.05)
      change = means[i] / (1. - 0.9 ** step) / ((squares[i] / (1. - 0.95 ** step)).sqrt() + 1e-8)
      if weights[i].dim() > 1:
        change = change + weights[i] * decay
      weights[i].sub_(change * rate)
    return norm
