import NinCommand

runNin()
