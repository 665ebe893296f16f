// The whole pipeline beside GMime: Ringfence reads, finds, looks up and decides; GMime only parses
// and decodes. Each pair reads the same bytes in one run, so that the ratio holds on any machine.
#include <benchmark/benchmark.h>
#include <gmime/gmime.h>

#include <memory>
#include <string>

#include "bench/mail_samples.h"
#include "inspection/inspection.h"
#include "inspection/snapshot.h"

namespace ringfence {
namespace {

constexpr std::size_t kChunkBytes = 65'535;  // what a milter is given at once

enum Kind { kSmallPlain, kPlain, kAlternative, kAttachment };

const std::string& sample(std::int64_t kind) {
  static const std::string samples[] = {make_plain_message(4 << 10), make_plain_message(1 << 20),
                                        make_alternative_message(1 << 20),
                                        make_attachment_message(8 << 20)};
  return samples[kind];
}

void label(benchmark::State& state) {
  static constexpr const char* kNames[] = {"plain 4 KiB", "plain 1 MiB", "qp + base64 HTML 1 MiB",
                                           "base64 attachment 8 MiB"};
  state.SetLabel(kNames[state.range(0)]);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(sample(state.range(0)).size()));
}

void ringfence_inspection(benchmark::State& state) {
  static const auto snapshot =
      Snapshot::make(default_config(), /*require_reputation=*/false).value();
  const std::string_view message = sample(state.range(0));
  for (auto _ : state) {
    Inspection inspection(snapshot, Envelope{});
    for (std::size_t at = 0; at < message.size(); at += kChunkBytes) {
      inspection.push(message.substr(at, kChunkBytes));
    }
    benchmark::DoNotOptimize(inspection.finish(TimePoint{}));
  }
  label(state);
}

// Decodes one part: transfer encoding undone, text brought to UTF-8, thrown away.
void decode_part(GMimeObject* /*parent*/, GMimeObject* part, gpointer sink) {
  if (!GMIME_IS_PART(part)) return;
  GMimeDataWrapper* content = g_mime_part_get_content(GMIME_PART(part));
  if (content == nullptr) return;
  GMimeStream* filtered = g_mime_stream_filter_new(static_cast<GMimeStream*>(sink));
  const char* charset = g_mime_object_get_content_type_parameter(part, "charset");
  if (charset != nullptr) {
    if (GMimeFilter* filter = g_mime_filter_charset_new(charset, "utf-8")) {
      g_mime_stream_filter_add(GMIME_STREAM_FILTER(filtered), filter);
      g_object_unref(filter);
    }
  }
  g_mime_data_wrapper_write_to_stream(content, filtered);
  g_object_unref(filtered);
}

void gmime_parse_and_decode(benchmark::State& state) {
  g_mime_init();
  const std::string& message = sample(state.range(0));
  GMimeStream* sink = g_mime_stream_null_new();
  for (auto _ : state) {
    GMimeStream* stream = g_mime_stream_mem_new_with_buffer(message.data(), message.size());
    GMimeParser* parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage* parsed = g_mime_parser_construct_message(parser, nullptr);
    g_mime_message_foreach(parsed, decode_part, sink);
    g_object_unref(parsed);
    g_object_unref(parser);
    g_object_unref(stream);
  }
  g_object_unref(sink);
  label(state);
}

BENCHMARK(ringfence_inspection)->DenseRange(kSmallPlain, kAttachment);
BENCHMARK(gmime_parse_and_decode)->DenseRange(kSmallPlain, kAttachment);

}  // namespace
}  // namespace ringfence

BENCHMARK_MAIN();
