package dev.panda.orchestrator.testing;

import com.google.protobuf.ByteString;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc.BaseModelServiceImplBase;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.GetModelRequest;
import dev.panda.api.basemodel.v1.GetModelResponse;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;

/** A base-model service without a model: each step's candidates are the same. */
public final class FakeBaseModel extends FakeService {
  private static final int FIRST_CANDIDATE = 3;

  private volatile boolean silent;
  private volatile boolean undescribed;
  private volatile String fingerprint = "letters";

  @Override
  BindableService service() {
    return new Decoding();
  }

  /** Opens streams and answers nothing on them. */
  public void fallSilent() {
    silent = true;
  }

  /** Does not answer what it serves. */
  public void leaveDescriptionsUnanswered() {
    undescribed = true;
  }

  public void fingerprint(String other) {
    fingerprint = other;
  }

  private final class Decoding extends BaseModelServiceImplBase {
    @Override
    public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> client) {
      if (undescribed) {
        return;
      }
      client.onNext(
          GetModelResponse.newBuilder()
              .setId("fake")
              .setVocabularySize(VOCABULARY)
              .setTokenizerFingerprint(fingerprint)
              .addEndTokenIds(2)
              .setContextLength(CONTEXT)
              .setMaxCandidates(16)
              .build());
      client.onCompleted();
    }

    @Override
    public StreamObserver<DecodeRequest> decode(StreamObserver<DecodeResponse> client) {
      return new Stream<DecodeRequest, DecodeResponse>(FakeBaseModel.this, client) {
        private int k;

        @Override
        void opened(DecodeRequest request, StreamObserver<DecodeResponse> to) {
          k = request.getOpen().getK();
          next(request, to);
        }

        @Override
        void next(DecodeRequest request, StreamObserver<DecodeResponse> to) {
          if (!silent) {
            to.onNext(candidates(k));
          }
        }
      };
    }
  }

  private static DecodeResponse candidates(int k) {
    DecodeResponse.Builder step = DecodeResponse.newBuilder().setEntropy(1);
    for (int i = 0; i < k; i++) {
      step.addCandidateIds(FIRST_CANDIDATE + i)
          .addLogProbabilities(-1 - i)
          .addCandidateBytes(ByteString.copyFromUtf8(Character.toString('a' + i)));
    }
    return step.build();
  }
}
