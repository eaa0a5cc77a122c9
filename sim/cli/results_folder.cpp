#include "sim/cli/results_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "sim/scenario/json_parse.hpp"

namespace writepath::cli {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what, const fs::path& path, int error) {
  throw ResultsError(what + " " + path.string() + ": " + std::strerror(error));
}

/// Empty: nothing readable that looks like a manifest.
std::optional<std::string> hash_in_manifest(const fs::path& place) {
  std::ifstream file(place / "manifest.json", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const ParsedJson parsed = parse_json(text, 0);
  if (!file || !parsed.root || !parsed.root->is(JsonNode::Type::object)) return std::nullopt;
  const JsonMember* hash = parsed.root->member("scenario_hash");
  if (!hash || !hash->value.is(JsonNode::Type::text)) return std::nullopt;
  return hash->value.text;
}

/// An open folder whose lock we hold for as long as the descriptor is open, or -1.
int open_locked(const fs::path& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

void remove_quietly(const fs::path& folder) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

}  // namespace

fs::path results_place(const fs::path& out, const std::string& scenario,
                       const std::string& architecture, const std::string& battery_fault,
                       std::uint64_t seed) {
  fs::path place = out / scenario / architecture;
  if (!battery_fault.empty()) place = place / "battery" / battery_fault;
  return place / ("seed-" + std::to_string(seed));
}

void check_place(const fs::path& place, const std::string& scenario_hash, bool force) {
  const fs::path above = place.parent_path();
  std::error_code error;
  fs::create_directories(above, error);
  if (error) fail("can't make the results folder", above, error.value());
  if (access(above.c_str(), W_OK | X_OK) != 0) fail("can't write to", above, errno);

  if (force || !fs::exists(fs::symlink_status(place, error))) return;
  const std::optional<std::string> stored = hash_in_manifest(place);
  if (!stored)
    throw ResultsError(place.string() + " holds something else than results; --force replaces it");
  if (*stored != scenario_hash)
    throw ResultsError(place.string() + " holds results of a different scenario (hash " + *stored +
                       ", now " + scenario_hash +
                       "); --force replaces them, --out puts the new ones elsewhere");
}

fs::path hidden_folder(const fs::path& place, long writer) {
  return place.parent_path() /
         ("." + place.filename().string() + "." + std::to_string(writer) + ".tmp");
}

void sweep_stale_folders(const fs::path& place) {
  const std::string prefix = "." + place.filename().string() + ".";
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(place.parent_path(), error)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind(prefix, 0) != 0 || entry.path().extension() != ".tmp") continue;
    const int lock = open_locked(entry.path());
    if (lock < 0) continue;  // its writer lives, or it is gone
    remove_quietly(entry.path());
    close(lock);
  }
}

UnfinishedResults::UnfinishedResults(fs::path place, long writer)
    : place_(std::move(place)), folder_(hidden_folder(place_, writer)) {
  // Another process's sweep may come between making the folder and locking it: then make it anew.
  for (int attempt = 0; lock_ < 0 && attempt < 10; ++attempt) {
    if (mkdir(folder_.c_str(), 0777) != 0 && errno != EEXIST) fail("can't make", folder_, errno);
    lock_ = open_locked(folder_);
    struct stat ours {
    }, named{};
    if (lock_ >= 0 && (fstat(lock_, &ours) != 0 || stat(folder_.c_str(), &named) != 0 ||
                       ours.st_ino != named.st_ino)) {
      close(lock_);
      lock_ = -1;
    }
  }
  if (lock_ < 0) fail("can't lock", folder_, errno);
}

UnfinishedResults::~UnfinishedResults() {
  if (lock_ < 0) return;
  remove_quietly(folder_);
  close(lock_);
}

void UnfinishedResults::write(const std::string& name, const std::string& text) {
  write_file(folder_ / name, text);
}

void UnfinishedResults::publish() {
  const char* from = folder_.c_str();
  const char* to = place_.c_str();
  // A new place is taken by a plain rename, which refuses to cover a folder that has files in it.
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) != 0) {
    if (errno == EEXIST) {
      if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) != 0) {
        // Not every file system can exchange: then there is an instant without either.
        const fs::path old = folder_.string() + ".old";
        if (rename(to, old.c_str()) != 0 || rename(from, to) != 0)
          fail("can't put results in place at", place_, errno);
        remove_quietly(old);
      }
    } else if (rename(from, to) != 0) {
      fail("can't put results in place at", place_, errno);
    }
  }
  remove_quietly(folder_);  // what was there before, if anything
  close(lock_);
  lock_ = -1;
}

void write_file(const fs::path& path, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) fail("can't write", path, errno);
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = write(fd, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      const int error = n == 0 ? ENOSPC : errno;
      close(fd);
      fail("can't write", path, error);
    }
    done += static_cast<std::size_t>(n);
  }
  if (close(fd) != 0) fail("can't write", path, errno);
}

}  // namespace writepath::cli
