#include "reactor/name_lookup.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace halo {
namespace {

using Endpoints = std::vector<Endpoint>;

TEST(LookUp, NumericAddressMeansItself) {
  for (const AddressFamilies families : {AddressFamilies::kAny, AddressFamilies::kIpv4}) {
    EXPECT_EQ(look_up("127.0.0.1", families).value(), Endpoints{Endpoint::loopback_v4(0)});
  }
  for (const AddressFamilies families : {AddressFamilies::kAny, AddressFamilies::kIpv6}) {
    EXPECT_EQ(look_up("::1", families).value(), Endpoints{Endpoint::loopback_v6(0)});
  }
}

TEST(LookUp, NumericAddressOfAnotherFamilyIsAnError) {
  EXPECT_EQ(look_up("127.0.0.1", AddressFamilies::kIpv6).error().category(), lookup_category());
  EXPECT_EQ(look_up("::1", AddressFamilies::kIpv4).error().category(), lookup_category());
}

TEST(LookUp, GivesTheFamilyThatWasAskedFor) {
  for (const auto& [asked, family] : {std::pair(AddressFamilies::kIpv4, Endpoint::Family::kIpv4),
                                      std::pair(AddressFamilies::kIpv6, Endpoint::Family::kIpv6)}) {
    const Endpoints endpoints = look_up("localhost", asked).value();
    for (const Endpoint& endpoint : endpoints) {
      EXPECT_EQ(endpoint.family(), family);
    }
  }
}

TEST(LookUp, LocalhostIsHereWithoutDuplicates) {
  const Endpoints endpoints = look_up("localhost", AddressFamilies::kAny).value();
  EXPECT_NE(std::find(endpoints.begin(), endpoints.end(), Endpoint::loopback_v4(0)),
            endpoints.end());
  for (auto endpoint = endpoints.begin(); endpoint != endpoints.end(); ++endpoint) {
    EXPECT_EQ(std::count(endpoints.begin(), endpoints.end(), *endpoint), 1);
  }
}

TEST(LookUp, NameThatCannotBeFailsInWords) {
  for (const std::string& name : {std::string("no host has such a name"), std::string(),
                                  std::string("localhost\0.example", 18)}) {
    const Result<Endpoints> endpoints = look_up(name, AddressFamilies::kAny);
    ASSERT_FALSE(endpoints) << name;
    EXPECT_EQ(endpoints.error().category(), lookup_category());
    EXPECT_FALSE(endpoints.error().message().empty());
  }
}

}  // namespace
}  // namespace halo
