// Parses one answer. Exits 0 when llhttp takes it.

#include <llhttp.h>

#include <cstring>

int main() {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  llhttp_t parser;
  llhttp_init(&parser, HTTP_RESPONSE, &settings);
  const char* const text = "HTTP/1.1 204 OK\r\n\r\n";
  return llhttp_execute(&parser, text, std::strlen(text)) == HPE_OK ? 0 : 1;
}
