package io.hydra.model.encoder;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * The network of the built-in encoder: the mean of the words' vectors, one linear layer, length
 * one. Input: ids (batch × words, 0 is padding). Output: batch × dimensions.
 */
final class MeanWordsBlock extends AbstractBlock {
  private static final byte VERSION = 1;
  private static final float TINY = 1e-6f;

  private final Shape wordsShape;
  private final Shape projectionShape;
  private final Parameter words;
  private final Parameter projection;

  MeanWordsBlock(int vocabulary, int dimensions) {
    super(VERSION);
    wordsShape = new Shape(vocabulary, dimensions);
    projectionShape = new Shape(dimensions, dimensions);
    words = addParameter(parameter("words"));
    projection = addParameter(parameter("projection"));
  }

  private static Parameter parameter(String name) {
    return Parameter.builder().setName(name).setType(Parameter.Type.WEIGHT).build();
  }

  /** Gives the parameters their values, row-major. */
  void set(NDManager manager, float[] wordValues, float[] projectionValues) {
    words.setArray(manager.create(wordValues, wordsShape));
    projection.setArray(manager.create(projectionValues, projectionShape));
  }

  NDArray words() {
    return words.getArray();
  }

  NDArray projection() {
    return projection.getArray();
  }

  /**
   * Writes the parameters alone: a block's own format wants input shapes, which mean nothing here.
   */
  void write(DataOutputStream out) throws IOException {
    words.save(out);
    projection.save(out);
  }

  void read(NDManager manager, DataInputStream in) throws IOException, MalformedModelException {
    words.load(manager, in);
    projection.load(manager, in);
  }

  /** Tells whether the parameters, as loaded, have the shapes that this block was made for. */
  boolean fits() {
    return words.getArray().getShape().equals(wordsShape)
        && projection.getArray().getShape().equals(projectionShape);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray ids = inputs.singletonOrThrow();
    NDArray weights = store.getValue(words, ids.getDevice(), training);
    NDArray matrix = store.getValue(projection, ids.getDevice(), training);
    NDArray present = ids.neq(0).toType(DataType.FLOAT32, false).expandDims(-1);
    NDArray vectors =
        Embedding.embedding(ids, weights, SparseFormat.DENSE).singletonOrThrow().mul(present);
    NDArray mean = vectors.sum(new int[] {1}).div(present.sum(new int[] {1}).maximum(1f));
    return new NDList(project(mean, matrix));
  }

  /**
   * What follows the mean: the linear layer, and length one.
   *
   * @param mean batch × dimensions
   */
  static NDArray project(NDArray mean, NDArray projection) {
    NDArray projected = mean.matMul(projection);
    NDArray length = projected.square().sum(new int[] {1}, true).add(TINY * TINY).sqrt();
    return projected.div(length);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {new Shape(inputShapes[0].get(0), wordsShape.get(1))};
  }
}
