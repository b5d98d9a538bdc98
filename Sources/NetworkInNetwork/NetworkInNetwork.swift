// NetworkInNetwork
