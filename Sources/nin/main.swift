print("nin")
