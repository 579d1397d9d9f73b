#include <fmt/format.h>
#include <ser/base/file.h>
#include <ser/report/figure_files.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <system_error>

extern char** environ;

namespace ser {
namespace fs = std::filesystem;
namespace {

constexpr const char* converter = "rsvg-convert";

/// Empty when the file was made; otherwise what went wrong.
std::string convert(const fs::path& svg, const fs::path& png) {
  const fs::path temporary = png.string() + ".tmp";
  std::vector<std::string> words{converter,  "--zoom",           "2",         "--format", "png",
                                 "--output", temporary.string(), svg.string()};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (const int code = ::posix_spawnp(&child, converter, nullptr, nullptr, arguments.data(), environ); code != 0)
    return code == ENOENT ? fmt::format("no {} here (Debian: librsvg2-bin)", converter)
                          : fmt::format("{}: {}", converter, std::generic_category().message(code));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  std::error_code code;
  if (status == 0) fs::rename(temporary, png, code);
  return status != 0 || code ? fmt::format("{} failed on {}", converter, svg.string()) : "";
}

}  // namespace

FigureFiles write_figures(std::span<const ReportFigure> figures, const fs::path& folder) {
  FigureFiles files;
  for (const ReportFigure& figure : figures) {
    const fs::path base = fs::absolute(folder) / figure.name;
    const fs::path svg = base.string() + ".svg";
    write_file(svg, figure.image.file_text());
    write_file(base.string() + ".tsv", grid_tsv(figure.table));
    ++files.svg;
    if (!files.png_problem.empty()) continue;
    files.png_problem = convert(svg, base.string() + ".png");
    files.png += files.png_problem.empty();
  }
  return files;
}

}  // namespace ser
